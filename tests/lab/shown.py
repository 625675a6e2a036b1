"""A live figure on the screen of JupyterLab or JupyterLite, to be moved and read."""

import overlay


class Shown:
    """One live figure on the screen, and its controls."""

    def __init__(self, page, number):
        self.page = page
        self.box = page.locator(".jp-OutputArea-output:has(.live-figure)").nth(number)
        self.figure = self.box.locator(".live-figure")
        self.figure.scroll_into_view_if_needed()
        self.figure.and_(page.locator(".live-awake")).wait_for()
        if self.figure.get_attribute("data-waiting") is not None:
            self.figure.locator(".live-show").click()
            self.figure.locator(".live-reset").click(force=True)

    def words(self):
        return self.figure.locator(".live-words").text_content()

    def overlay(self):
        return overlay.shown(self.figure)

    def press(self, *keys, control=0):
        self.box.locator(".noUi-handle").nth(control).focus()
        for key in keys:
            self.page.keyboard.press(key)
