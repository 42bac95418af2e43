#!/usr/bin/env python3
"""render.py - what is wanted of printed invoices beyond their bytes.

    render.py html FILE                    the page is well-formed and stands by itself
    render.py lines N                      an invoice of N lines, as a document, from one on stdin
    render.py pdf FILE PRINTED             every row of PRINTED, with its amount, is in the PDF and its
                                           pages are full; PRINTED is the invoice as HTML or text

Says what is wrong and ends with 1 where something is.
"""
import html.parser
import json
import re
import subprocess
import sys

VOID = {"meta", "img", "br", "rect", "path", "link"}


class Page(html.parser.HTMLParser):
    """Tags balance, no script, nothing from elsewhere."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.faults = []
        self.ids = set()

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("src", "href") and not (value or "").startswith("data:"):
                self.faults.append(f"<{tag} {name}={value}>")
            if name.startswith("on"):
                self.faults.append(f"<{tag} {name}>")
            if name == "id" and value in self.ids:
                self.faults.append(f"id {value} twice")
            if name == "id":
                self.ids.add(value)
        if tag in ("script", "iframe", "object", "embed", "form", "base"):
            self.faults.append(f"<{tag}>")
        if tag not in VOID or tag == "rect":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing, line {self.getpos()[0]}")


def check_html(path):
    text = open(path, encoding="utf-8").read()
    page = Page()
    page.feed(text)
    page.close()
    if page.open:
        page.faults.append(f"not closed: {page.open}")
    if not text.startswith("<!DOCTYPE html>\n<html lang="):
        page.faults.append("no doctype or no lang")
    if "url(" in text or "@import" in text:
        page.faults.append("the style asks for something")
    return page.faults


def many_lines(n):
    document = json.load(sys.stdin)
    pattern = next(line for line in document["line_items"] if line["type"] == "usage")
    tenths = 0
    document["line_items"] = []
    for i in range(n):
        line = {k: v for k, v in pattern.items() if k not in ("tier", "commit_id", "commit_segment_id", "commit_type")}
        line["id"] = f"00000000-0000-4000-8000-{i:012d}"
        line["product_id"] = f"00000000-0000-4000-8000-1{i // 25:011d}"
        line["name"] = f"Service {i // 25}"
        line["presentation_group_values"] = {"region": f"region-{i:03d}"}
        line["quantity"], line["unit_price"] = str(i + 1), "33.3"
        line["total"] = decimal((i + 1) * 333)
        tenths += (i + 1) * 333
        document["line_items"].append(line)
    due = (tenths + 5) // 10
    document["subtotal"] = document["total"] = decimal(tenths)
    document["amount_due"] = str(due)
    document["amount_due_major"] = f"{due // 100}.{due % 100:02d}"
    json.dump(document, sys.stdout)
    return []


def decimal(tenths):
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def pdftotext(path, *options):
    return subprocess.run(["pdftotext", *options, path, "-"], check=True, capture_output=True, text=True).stdout


def squeezed(text):
    return "".join(text.split())


def rows_of(printed):
    """What stands on one line, its amount last: rows of HTML, lines of text."""
    if printed.startswith("<!DOCTYPE"):
        rows = re.findall(r"<tr class=\"[^\"]*\"><td.*?</tr>", printed)
        return [html.unescape(re.sub(r"<[^>]*>", " ", row)) for row in rows]
    rows = re.findall(r"^.* -?\d+\.\d\d$", printed, re.M)
    return [row.replace("together", "Together") for row in rows]


def check_pdf(path, source):
    faults = []
    rows = rows_of(open(source, encoding="utf-8").read())
    text = squeezed(pdftotext(path, "-layout"))
    if len(rows) < 3:
        faults.append(f"{source} has {len(rows)} rows")
    faults += [f"not in the PDF: {row}" for row in rows if squeezed(row) not in text]
    pages = re.split(r"<page ", pdftotext(path, "-bbox"))[1:]
    for number, page in enumerate(pages[:-1], 1):
        height = float(re.search(r'height="([\d.]+)"', page).group(1))
        # What stands at the foot of each page, its number, fills no page.
        ends = [float(y) for y in re.findall(r'yMax="([\d.]+)"', page) if float(y) < height - 62]
        if max(ends, default=0) < height / 2:
            faults.append(f"page {number} is less than half full")
    print(f"{len(rows)} rows")
    return faults


def main():
    verb, rest = sys.argv[1], sys.argv[2:]
    if verb == "html":
        faults = check_html(rest[0])
    elif verb == "lines":
        faults = many_lines(int(rest[0]))
    else:
        faults = check_pdf(*rest)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


sys.exit(main())
