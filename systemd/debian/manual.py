#!/usr/bin/env python3
"""Writes the manual pages of a program and its commands from what the program says about itself.

manual.py PROGRAM SECTION DATE FOLDER
asks PROGRAM for `--experimental-dump-help` and writes PROGRAM.SECTION and PROGRAM-COMMAND.SECTION into FOLDER. The help
of a command is a text of paragraphs; "Example(s):" becomes EXAMPLES, "Exit status" becomes EXIT STATUS.
"""
import json
import pathlib
import re
import subprocess
import sys

FILES = [
    ("/etc/eelscout/eelscout.toml", "configuration, see eelscout.toml(5); everything has a default"),
    ("/etc/eelscout/rules/triage/*.toml", "how targets are chosen, merged in the order of their names"),
    ("/var/lib/eelscout/eelscout.sqlite", "the database: target_queue, scan_summary, latest_scan, health"),
    ("/usr/share/eelscout/*.safetensors", "the pretrained models"),
]


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga").replace("^", "\\(ha")
    return re.sub(r"(?m)^\.", r"\\&.", text.replace("~", "\\(ti"))


def prose(text):
    """A paragraph: white space folded, `code` in bold, hyphens of words left alone."""
    parts = re.split(r"`([^`]*)`", " ".join(text.split()))
    out = []
    for index, part in enumerate(parts):
        out.append(f"\\fB{escape(part)}\\fR" if index % 2 else re.sub(r"(?<=\w)\\-(?=\w)", "-", escape(part)))
    return "".join(out)


def literal(lines):
    return [".RS 4", ".nf", *(escape(line) for line in lines), ".fi", ".RE"]


class Help:
    """The discussion of a command, sorted into the sections of a manual page."""

    def __init__(self, text):
        self.description, self.examples, self.exit_status = [], [], []
        for block in re.split(r"\n\s*\n", (text or "").strip("\n")):
            self.add(block.split("\n"))

    def add(self, lines):
        while lines and lines[0].strip():
            indented = [line for line in lines[1:] if line.startswith("  ")]
            heading = lines[0].rstrip()
            if heading.endswith(":") and len(lines) > 1 and lines[1].startswith("  "):
                count = next((i for i, line in enumerate(lines[1:]) if not line.startswith("  ")), len(lines) - 1)
                body = literal(line[2:] for line in lines[1 : 1 + count])
                if heading in ("Example:", "Examples:"):
                    self.examples += body
                else:
                    self.description += [".PP", prose(heading), *body]
                lines = lines[1 + count :]
            elif re.match(r"Examples?: ", heading):
                self.examples += literal([heading.split(": ", 1)[1]])
                lines = lines[1:]
            else:
                count = next(
                    (i for i, line in enumerate(lines) if i and re.match(r"Examples?:|Exit status", line)
                     or line.endswith(":") and i + 1 < len(lines) and lines[i + 1].startswith("  ")), len(lines))
                text = " ".join(lines[:max(count, 1)])
                before, found, after = text.partition("Exit status")
                if before.strip():
                    self.description += [".PP", prose(before)]
                if found:
                    self.exit_status += [".PP", prose(after.removeprefix(":"))]
                lines = lines[max(count, 1) :]


def spelled(argument, bold=True):
    """--option value, as in a synopsis or a list."""
    strong = (lambda text: f"\\fB{escape(text)}\\fR") if bold else escape
    names = sorted(argument.get("names") or [], key=lambda name: name["kind"] == "long")
    dashed = [strong(("-" if name["kind"] == "short" else "--") + name["name"]) for name in names]
    value = f"\\fI{escape(argument.get('valueName') or 'value')}\\fR"
    if argument["kind"] == "positional":
        return value + ("..." if argument["isRepeating"] else "")
    return ", ".join(dashed) + (f" {value}" if argument["kind"] == "option" else "")


def synopsis(command, names):
    arguments = [a for a in command.get("arguments", []) if a["shouldDisplay"]]
    optional = any(a["kind"] != "positional" for a in arguments)
    places = [spelled(a) if not a["isOptional"] else f"[{spelled(a)}]" for a in arguments if a["kind"] == "positional"]
    required = [spelled(a).split(", ")[-1] for a in arguments if a["kind"] == "option" and not a["isOptional"]]
    words = [f"\\fB{escape(' '.join(names))}\\fR"]
    if subcommands(command):
        words.append("\\fIcommand\\fR ...")
    return " ".join(words + (["[\\fIoptions\\fR]"] if optional else []) + required + places)


def subcommands(command):
    return [c for c in command.get("subcommands", []) if c["shouldDisplay"] and c["commandName"] != "help"]


def options(command):
    for argument in command.get("arguments", []):
        if not argument["shouldDisplay"]:
            continue
        text = prose(argument.get("abstract") or "")
        if argument.get("discussion"):
            text += "\n.br\n" + prose(argument["discussion"])
        if argument.get("defaultValue") and argument["kind"] == "option":
            text += f" Default: {prose(argument['defaultValue'])}."
        values = argument.get("allValues") or argument.get("allValueStrings")
        if values:
            text += f" One of: {prose(', '.join(values))}."
        yield from (".TP", spelled(argument), text.strip() or "\\&")


def page(command, names, section, date, version, family):
    help_text = Help(command.get("discussion"))
    title = "-".join(names)
    abstract = (command.get("abstract") or "").rstrip(".")
    lines = [
        f'.TH "{escape(title.upper())}" "{section}" "{date}" "EELScout {version}" "EELScout"', ".SH NAME",
        f"{escape(title)} \\- {prose(abstract[:1].lower() + abstract[1:])}", ".SH SYNOPSIS", synopsis(command, names),
        ".SH DESCRIPTION", prose(command.get("abstract") or ""), *help_text.description,
    ]
    below = subcommands(command)
    if below:
        lines.append(".SH COMMANDS")
        for one in below:
            reference = f"\\fB{escape('-'.join(names + [one['commandName']]))}\\fR({section})"
            lines += [".TP", reference, prose(one.get("abstract") or "")]
    listed = list(options(command))
    if listed:
        lines += [".SH OPTIONS", *listed]
    lines.append(".SH EXIT STATUS")
    lines += help_text.exit_status or [
        f"0 when all is well; otherwise as described in \\fB{escape(names[0])}\\fR({section}): 1 the thing asked for is "
        "not so, 64 usage, 65 bad input data, 66 no such input, 74 input/output, 78 bad configuration."
    ]
    if help_text.examples:
        lines += [".SH EXAMPLES", *help_text.examples]
    if len(names) == 1:
        lines.append(".SH FILES")
        for path, meaning in FILES:
            lines += [".TP", f"\\fI{escape(path)}\\fR", prose(meaning)]
    related = [name for name in family if name != (title, section)]
    lines += [".SH SEE ALSO", ",\n".join(f"\\fB{escape(name)}\\fR({part})" for name, part in related)]
    return "\n".join(lines) + "\n"


def main():
    program, section, date, folder = sys.argv[1:]
    name = pathlib.Path(program).name
    told = json.loads(subprocess.check_output([program, "--experimental-dump-help"]))
    version = subprocess.check_output([program, "--version"], text=True).strip()
    home = [("eelscout", "1"), ("eelscoutd", "8"), ("eelscout.toml", "5")]

    def write(command, names):
        below = [("-".join(names + [c["commandName"]]), section) for c in subcommands(command)]
        above = [("-".join(names[:-1]), section)] if len(names) > 1 else []
        family = list(dict.fromkeys(above + home + below))
        target = pathlib.Path(folder) / f"{'-'.join(names)}.{section}"
        target.write_text(page(command, names, section, date, version, family), encoding="utf-8")
        for one in subcommands(command):
            write(one, names + [one["commandName"]])

    write(told["command"], [name])


if __name__ == "__main__":
    main()
