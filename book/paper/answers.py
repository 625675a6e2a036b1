"""What a page asks, and what is so: answers leave their places and stand at the end of the chapter."""

import copy
import re


def taken_answers(soup):
    """The section of a page's answers, taken out of where they stood; None where it asks nothing."""
    found = {
        "What the figures asked": predictions(soup),
        "The quick questions": quick_questions(soup),
        "The exercises": exercises(soup),
    }
    if not any(found.values()):
        return None
    section = new(soup, "section", new(soup, "h2", "Answers"), id="answers", class_="answers")
    for title, answers in found.items():
        if answers:
            section.extend([new(soup, "h3", title), *answers])
    return section


def predictions(soup):
    """What figures ask; the controls of a figure become a line of settings."""
    found = []
    for figure in soup.select(".live-figure"):
        controls = figure.select_one(".live-controls")
        if controls:
            said = " · ".join(filter(None, map(setting, controls.select("label.live-control"))))
            controls.replace_with(new(soup, "p", said, class_="settings"))
        question = figure.select_one(".live-question")
        if not question:
            continue
        options = [option.get_text() for option in question.select(".live-option")]
        place = f"answer-{figure['id']}"
        asked = question.select_one(".live-asked").get_text().removeprefix("Predict:").strip()
        answers = [answer.extract() for answer in question.select(".live-solution > *")]
        for tag in question.select(".live-answers, .live-solution, .live-verdict"):
            tag.decompose()
        if options:
            question.append(new(soup, "ul", *(new(soup, "li", option) for option in options)))
        question.append(new(soup, "p", see(soup, place), class_="where"))
        title = new(soup, "p", new(soup, "strong", asked))
        found.append(new(soup, "div", title, *answers, id=place, class_="answer"))
    return found


def quick_questions(soup):
    """Quick questions: their options become a list."""
    found = []
    for question in soup.select("p[id^=q-]"):
        place = f"answer-{question['id']}"
        listed, answers = new(soup, "ul", class_="options"), []
        fold = question.find_next_sibling()
        while fold is not None and fold.name == "details":
            after = fold.find_next_sibling()
            words, body = fold.select_one(".sd-summary-text"), fold.select_one(".sd-summary-content")
            label = re.match(r"\w\)", words.get_text().strip())
            listed.append(new(soup, "li", *taken(words)))
            first = body.find("p") or body
            first.insert(0, new(soup, "strong", f"{label[0]} " if label else ""))
            answers += taken(body)
            fold.decompose()
            fold = after
        listed.append(new(soup, "li", see(soup, place), class_="where"))
        question.insert_after(listed)
        title = new(soup, "p", *copied(question))
        found.append(new(soup, "div", title, *answers, id=place, class_="answer"))
    return found


def exercises(soup):
    """Hints and solutions of exercises."""
    found = []
    for exercise in soup.select("div.exercise.admonition"):
        place = f"answer-{exercise.get('id', len(found))}"
        helps = hints_and_solution(soup, exercise)
        if helps:
            solved = any(tag.name and "solution-title" in tag.get("class", []) for tag in helps)
            kind = "Hints and solution" if solved else "Hints"
            exercise.append(new(soup, "p", see(soup, place, kind), class_="where"))
            title = new(soup, "p", new(soup, "strong", *copied(exercise.select_one(".admonition-title"))))
            found.append(new(soup, "div", title, *helps, id=place, class_="answer"))
    return found


def hints_and_solution(soup, exercise):
    """What follows an exercise up to the next one, or the next heading."""
    found, follower = [], exercise.find_next_sibling()
    while follower is not None and "exercise" not in follower.get("class", []):
        after = follower.find_next_sibling()
        classes = follower.get("class", [])
        summary = follower.select_one(".sd-summary-text") if follower.name == "details" else None
        if summary and summary.get_text().strip().startswith("Hint"):
            body = follower.select_one(".sd-summary-content")
            first = body.find("p") or body
            first.insert(0, new(soup, "strong", f"{summary.get_text().strip()}. "))
            found += taken(body)
            follower.decompose()
        elif "solution" in classes or "tag_solution" in classes:
            for tag in follower.select("details.hide > summary, .admonition-title"):
                tag.decompose()
            for fold in follower.select("details.hide"):
                fold.unwrap()
            follower["class"] = [c for c in classes if c not in ("admonition", "dropdown", "solution")]
            found += [new(soup, "p", new(soup, "strong", "Solution."), class_="solution-title")]
            found.append(follower.extract())
        elif follower.name in ("section", "h2", "h3"):
            break
        follower = after
    return found


def new(soup, name, *children, **attributes):
    tag = soup.new_tag(name, attrs={k.rstrip("_"): v for k, v in attributes.items()})
    tag.extend(children)
    return tag


def see(soup, place, words="Answer"):
    """A link to an answer, to be followed by its page."""
    return new(soup, "a", words, class_="see", href=f"#{place}")


def copied(tag):
    return [copy.copy(child) for child in tag.contents]


def taken(tag):
    """The children of a tag, taken out of it."""
    return [child.extract() for child in list(tag.contents)]


def setting(control):
    """A control as words: "ρ = 0.9"."""
    words = control.find("span", recursive=False)
    if not words:
        return ""
    chosen = control.select_one("option[selected]") or control.find("option")
    tick, value = control.select_one("input[type=checkbox]"), control.select_one("output > span")
    if tick:
        return f"{words.get_text()}: {'on' if tick.has_attr('checked') else 'off'}"
    said = chosen or value
    return f"{words.get_text()} = {said.get_text()}" if said else ""
