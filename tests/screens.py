"""A page in one of three engines behind the same few words: opened, sized, asked, touched as by a hand."""

from pathlib import Path

import overlay
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.keys import Keys
from waiting import eventually

TOOLS = f"(read => {{ {Path(__file__).with_name('tools.js').read_text('utf-8')} }})({overlay.READ})"
# As a script of the page: from outside, each look at it would be slow.
BRING = "document.head.append(Object.assign(document.createElement('script'), { text: arguments[0] }))"
KEYS = {
    "Control": Keys.CONTROL,
    "End": Keys.END,
    "Enter": Keys.ENTER,
}


class Screen:
    """In Firefox or WebKit."""

    def __init__(self, driver):
        self.driver = driver

    def open(self, address):
        self.driver.get(address)
        self.bring()

    def bring(self):
        """Bring the tools to a page that was reached by a link."""
        self.driver.execute_script(BRING, TOOLS)

    def resize(self, size):
        self.driver.set_window_size(*size)
        eventually(lambda: abs(self.driver.execute_script("return innerWidth") - size[0]) < 100)

    def run(self, tool, *arguments):
        """What a function of tools.js finds in the page."""
        return self.driver.execute_script(f"return tools.{tool}(...arguments)", *arguments)

    def drag(self, start, end):
        """Press the mouse here, release it there."""
        actions = self._actions()
        actions.pointer_action.move_to_location(*start).pointer_down()
        actions.pointer_action.move_to_location(*end).pointer_up()
        actions.perform()

    def press(self, *keys, held=None):
        """Press keys by name, or letters, one after another, perhaps while another is held."""
        actions = self._actions()
        if held:
            actions.key_action.key_down(KEYS[held])
        for key in keys:
            actions.key_action.send_keys(KEYS.get(key, key))
        if held:
            actions.key_action.key_up(KEYS[held])
        actions.perform()

    def _actions(self):
        return ActionBuilder(self.driver, duration=0)


class ChromiumScreen:
    """In Chromium."""

    def __init__(self, page):
        self.page = page

    def open(self, address):
        self.page.goto(address)
        self.page.add_script_tag(content=TOOLS)

    def resize(self, size):
        width, height = size
        self.page.set_viewport_size({"width": width, "height": height})

    def run(self, tool, *arguments):
        return self.page.evaluate(f"(given) => tools.{tool}(...given)", list(arguments))

    def drag(self, start, end):
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(*end)
        mouse.up()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
