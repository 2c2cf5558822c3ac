"""A page of the editor as a browser without scripts sees it: what it holds, filled in and sent back."""

from html.parser import HTMLParser

from django.urls import reverse


def plain(text):
    """Return a text whose no-break spaces are plain ones: easier to write in a test."""
    return text.replace("\u00a0", " ")


def sentences(errors):
    return [plain(str(error)) for error in errors]


class _Fields(HTMLParser):
    """Collects what a browser would send of the main form of a page."""

    def __init__(self):
        super().__init__()
        self.data, self.inside, self.select, self.area, self.in_template = {}, False, None, None, False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = "editor-form" in attrs.get("class", "")
        if tag == "template":
            self.in_template = True
        if not self.inside or self.in_template:
            return
        name, value = attrs.get("name"), attrs.get("value", "")
        if tag == "input" and name:
            ticked = attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs
            if ticked:
                self.data.setdefault(name, []).append(value or ("on" if attrs.get("type") == "checkbox" else ""))
        elif tag == "select":
            self.select = name
            self.data.setdefault(name, [])
        elif tag == "option" and self.select and ("selected" in attrs or not self.data[self.select]):
            self.data[self.select] = [value]
        elif tag == "textarea":
            self.area = name
            self.data[name] = [""]

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        if tag == "textarea":
            self.area = None
        if tag == "form":
            self.inside = False
        if tag == "template":
            self.in_template = False

    def handle_data(self, data):
        if self.area and self.inside and not self.in_template:
            # A browser drops the first line end of a text area and sends the others as CRLF.
            text = data[1:] if data.startswith("\n") and not self.data[self.area][0] else data
            self.data[self.area][0] += text.replace("\n", "\r\n")


class EditorPage:
    """One person on one section: `open`, change `fields`, `send`."""

    def __init__(self, client, sheet, code):
        self.client = client
        self.url = reverse("projects:edit", args=[sheet.key, code])
        self.response, self.fields = None, {}

    def open(self):
        return self._read(self.client.get(self.url))

    def send(self, button="save", value="stay", **fields):
        """Fill fields (None empties one), press a button, and read the page that comes back."""
        data = self.fields | {name.replace("__", "-"): given for name, given in fields.items()}
        data[button] = value
        return self._read(
            self.client.post(self.url, {name: given for name, given in data.items() if given is not None})
        )

    def follow(self):
        """Open the page that a save leads to."""
        assert self.response.status_code == 302, self.errors
        return self._read(self.client.get(self.response.url))

    def _read(self, response):
        self.response = response
        if response.status_code != 302:
            parser = _Fields()
            parser.feed(response.text)
            self.fields = parser.data
            self.fields.pop("csrfmiddlewaretoken", None)
        return self

    @property
    def text(self):
        """The page, its no-break spaces as plain ones."""
        return plain(self.response.text)

    @property
    def errors(self):
        """{name of the field: sentences}, with "rows" named as in the page; {} when nothing was refused."""
        page = self.response.context["page"] if self.response.context else None
        if page is None or page.forms is None:
            return {}
        found = {name: sentences(errors) for name, errors in page.forms.form.errors.items()}
        for table in page.forms.tables:
            for row in table.forms:
                found |= {row.add_prefix(name): sentences(errors) for name, errors in row.errors.items()}
            if table.non_form_errors():
                found[table.name] = sentences(table.non_form_errors())
        return found
