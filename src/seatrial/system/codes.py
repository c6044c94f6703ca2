"""The codes of the problems that a file can have, as `seatrial explain ST1203` shows them.

ST10 reading, ST11 YAML, ST12 names and references, ST13 keys and values, ST14 placeholders,
ST15 secrets and dates, ST16 further files, ST17 files of others, ST19 the report itself. A code is
never given a new meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodeDoc:
    """What a problem's code stands for: a title, what it means, how it is cured."""

    title: str
    meaning: str
    cure: str


CODES: Mapping[str, CodeDoc] = {
    "ST1001": CodeDoc(
        "the file does not exist",
        "No file of that name was found.",
        "Run `seatrial init` to write one, or name the right path.",
    ),
    "ST1002": CodeDoc(
        "not a regular file",
        "The path names a directory, a pipe, a socket or a device.",
        "Name the YAML file itself.",
    ),
    "ST1003": CodeDoc(
        "the file cannot be read",
        "The operating system refused to open or read the file, or a service names none.",
        "Correct its permissions or its path.",
    ),
    "ST1004": CodeDoc(
        "the file is too large",
        "A system's files together hold at most 1 MiB.",
        "Describe a bigger organisation in one file a system.",
    ),
    "ST1005": CodeDoc(
        "the file is not UTF-8",
        "Files are UTF-8, with or without a byte order mark.",
        "Save the file as UTF-8.",
    ),
    "ST1006": CodeDoc(
        "a control character",
        "YAML allows no NUL and no other control character than tab and line ends.",
        "Delete the character, or write it as an escape in double quotes.",
    ),
    "ST1101": CodeDoc(
        "the file is empty",
        "The file holds no value at all, only space or comments.",
        "Run `seatrial init`, or begin with `seatrial: 1`.",
    ),
    "ST1102": CodeDoc(
        "the YAML cannot be read",
        "The text breaks YAML's grammar at this place.",
        "Look at the place and the line above it: quotes, brackets, indentation.",
    ),
    "ST1103": CodeDoc(
        "a tab where YAML wants spaces",
        "YAML forbids tabs in indentation.",
        "Replace the tab by spaces.",
    ),
    "ST1104": CodeDoc(
        "a key written twice",
        "The same key stands twice in one mapping, so one of the two values would be lost.",
        "Keep one of them.",
    ),
    "ST1105": CodeDoc(
        "a key that is not text",
        "A number, a truth value, nothing, a list or a mapping is used as a key.",
        "Quote the key.",
    ),
    "ST1106": CodeDoc(
        "nested too deeply",
        "Values may be nested 32 levels deep.",
        "Flatten the value.",
    ),
    "ST1107": CodeDoc(
        "aliases that expand too far",
        "Aliases make the file more than ten times larger than it is written.",
        "Write the values out, or use fewer aliases.",
    ),
    "ST1108": CodeDoc(
        "an alias that leads nowhere",
        "The alias names an anchor that is not defined above it, or contains itself.",
        "Define the anchor first, outside of the value that uses it.",
    ),
    "ST1109": CodeDoc(
        "several documents in one file",
        "A file holds one YAML document.",
        "Move the second document to a file of its own and name it under `include`.",
    ),
    "ST1110": CodeDoc(
        "a YAML tag",
        "Only plain YAML values are read; tags that build other types are refused.",
        "Delete the tag; `!!str` alone is allowed.",
    ),
    "ST1111": CodeDoc(
        "a merge key",
        "`<<` belongs to YAML 1.1 and is not part of YAML 1.2.",
        "Use an alias for the whole value, or write the keys out.",
    ),
    "ST1112": CodeDoc(
        "the top of the file is not a mapping",
        "A file is a mapping of keys such as `system` and `services`.",
        "Begin with `seatrial: 1`.",
    ),
    "ST1113": CodeDoc(
        "too many values",
        "A system's files together hold at most 50,000 values.",
        "Describe a bigger organisation in one file a system.",
    ),
    "ST1201": CodeDoc(
        "no format version",
        "The file does not say which version of the format it is written in.",
        "Write `seatrial: 1` as the first key.",
    ),
    "ST1202": CodeDoc(
        "an unknown format version",
        "This seatrial does not read that version of the format.",
        "Write `seatrial: 1`, or use a newer seatrial.",
    ),
    "ST1203": CodeDoc(
        "an unknown owner",
        "`owner` names neither a team nor a person of this file.",
        "Name a team under `teams` or a person under `people`.",
    ),
    "ST1204": CodeDoc(
        "an unknown need",
        "`needs` names no service, store or external of this file.",
        "Correct the name or declare what it stands for.",
    ),
    "ST1205": CodeDoc(
        "an unknown service",
        "A journey, an SLO or a metric names a service that is not in this file.",
        "Correct the name or declare the service.",
    ),
    "ST1206": CodeDoc(
        "an unknown journey",
        "An SLO names a journey that is not in this file.",
        "Correct the name or declare the journey.",
    ),
    "ST1207": CodeDoc(
        "an unknown person",
        "A team's `members` names somebody who is not under `people`.",
        "Correct the name or add the person.",
    ),
    "ST1208": CodeDoc(
        "an unknown region",
        "`regions` of a service or a store names a region that is not in this file.",
        "Correct the name or declare the region.",
    ),
    "ST1209": CodeDoc(
        "an unknown subject",
        "An exception's subject is nothing that this file declares.",
        "Name a service, store, external, journey, SLO, metric, region, team or environment.",
    ),
    "ST1210": CodeDoc(
        "a cycle of needs",
        "Services that need each other in a circle cannot be started or judged in order.",
        "Remove one of the needs that the message shows.",
    ),
    "ST1211": CodeDoc(
        "an unknown port",
        "A port is named that the service does not declare.",
        "Name one of the service's `ports`, or add it.",
    ),
    "ST1212": CodeDoc(
        "one name for two things",
        "Services, stores and externals share one name space, since `needs` refers to all; "
        "journeys share it, because an alert or a proof names its subject only.",
        "Rename one of them.",
    ),
    "ST1213": CodeDoc(
        "a reserved name",
        "`self`, `system` and `secret` are what placeholders begin with.",
        "Rename it.",
    ),
    "ST1214": CodeDoc(
        "not exactly one home region",
        "Where several regions are declared, one of them is home.",
        "Write `home: true` for exactly one region.",
    ),
    "ST1215": CodeDoc(
        "a number used for two ports",
        "Two ports of one service have the same number.",
        "Give each port its own number.",
    ),
    "ST1216": CodeDoc(
        "nobody answers for it",
        "`owner: unassigned` stands for nobody: no page, no ticket and no question reaches anyone, "
        "and a drill that wants somebody paged fails.",
        "Name a team under `teams` or a person under `people` as the owner.",
    ),
    "ST1301": CodeDoc(
        "an unknown key",
        "No model and no capability knows this key.",
        "Correct or delete it; `seatrial explain KEY` shows those that exist.",
    ),
    "ST1302": CodeDoc(
        "a missing key",
        "A key that has no default is not written.",
        "Add it.",
    ),
    "ST1303": CodeDoc(
        "the wrong type of value",
        "Another type of value is expected here.",
        "Write the value as the message says; `seatrial explain KEY` has an example.",
    ),
    "ST1304": CodeDoc(
        "not one of the choices",
        "Only certain words are allowed here.",
        "Use one of those that the message lists.",
    ),
    "ST1305": CodeDoc(
        "a number without a unit",
        "A duration, a size or a rate needs its unit.",
        "Add the unit, as the message shows.",
    ),
    "ST1306": CodeDoc(
        "a quantity that cannot be read",
        "The text is no duration, size, percentage, rate or instant.",
        "Write it in the form that the message shows.",
    ),
    "ST1307": CodeDoc(
        "a name that cannot be used",
        "Names become host names, labels and file names, so their letters are limited.",
        "Use the letters that the message lists.",
    ),
    "ST1308": CodeDoc(
        "a value out of range",
        "The number, the date or the length of the text lies outside of what makes sense.",
        "Use a value in the range that the message shows.",
    ),
    "ST1309": CodeDoc(
        "keys that do not go together",
        "Of a group of keys too many or too few are written.",
        "Keep what the message says.",
    ),
    "ST1310": CodeDoc(
        "a text of the wrong form",
        "An address, a path, a time zone, a requirement or a date is malformed.",
        "Write it in the form that the message shows.",
    ),
    "ST1401": CodeDoc(
        "a malformed placeholder",
        "`${` begins a placeholder, which is a dotted name closed by `}`.",
        "Write it as `${database.host}`.",
    ),
    "ST1402": CodeDoc(
        "a placeholder of something unknown",
        "A placeholder begins with self, system, secret, or a service or store of this file.",
        "Correct the name; the environment of the machine is not read.",
    ),
    "ST1403": CodeDoc(
        "an unknown attribute in a placeholder",
        "What the placeholder refers to has no such attribute.",
        "Use one of those that the message lists.",
    ),
    "ST1404": CodeDoc(
        "a placeholder of something not needed",
        "A service refers to another that is not in its `needs`.",
        "Add it to `needs`: the graph of needs decides order, links and inhibition of alerts.",
    ),
    "ST1405": CodeDoc(
        "a variable that no earlier step keeps",
        "A journey's step uses a variable before any step has kept it.",
        "Add `keep: {name: $.path}` to an earlier step.",
    ),
    "ST1501": CodeDoc(
        "a secret in the file",
        "A value under a name such as PASSWORD or TOKEN is written out, or a URL holds one.",
        "Refer to it: `{secret: NAME}`, or `${secret.NAME}` inside a text.",
    ),
    "ST1502": CodeDoc(
        "an expired exception",
        "The date until which the requirement was excepted has passed.",
        "Fix what was excepted and delete the exception, or agree on a new date.",
    ),
    "ST1601": CodeDoc(
        "a path that cannot be included",
        "`include`, and `files` of a service, take files in the folder of the main file or below.",
        "Move the file there; `include` is relative to its file, `files` to the main file.",
    ),
    "ST1602": CodeDoc(
        "a file included twice",
        "A file includes itself, directly or through others, or two files include the same one.",
        "Include each file once.",
    ),
    "ST1603": CodeDoc(
        "a key in two files",
        "Each key has one place among the files of a system.",
        "Keep it in one of them.",
    ),
    "ST1604": CodeDoc(
        "too many files",
        "A system is described in at most 64 files.",
        "Join some of them.",
    ),
    "ST1701": CodeDoc(
        "nothing to bring in",
        "The path of `--from` holds no file that an importer knows.",
        "Name a Compose file, a folder of manifests or an OpenAPI document.",
    ),
    "ST1702": CodeDoc(
        "a project without services",
        "The file was read as a Compose project, and nothing in it runs.",
        "Name the file that has `services`, or add them.",
    ),
    "ST1703": CodeDoc(
        "a file of another kind",
        "The folder holds files of several kinds. One kind is read at a time: the one with the "
        "most files; the others took no part.",
        "Name the file by itself.",
    ),
    "ST1704": CodeDoc(
        "more files than are read at once",
        "A folder is read up to 500 files and 4 MiB of text. What comes after that took no part.",
        "Name a smaller folder.",
    ),
    "ST1721": CodeDoc(
        "a template, not a manifest",
        "The file is written for Helm or another tool that makes manifests of it.",
        "Run `helm template NAME CHART > rendered.yaml` and import what comes out.",
    ),
    "ST1722": CodeDoc(
        "input of Kustomize, not a manifest",
        "The file says how manifests are put together, and holds none.",
        "Run `kubectl kustomize FOLDER > rendered.yaml` and import what comes out.",
    ),
    "ST1723": CodeDoc(
        "no Kubernetes object",
        "Nothing in the files has a `kind`, as every manifest does.",
        "Name the files that hold manifests.",
    ),
    "ST1724": CodeDoc(
        "manifests without a container",
        "The files hold objects, but none that runs a container.",
        "Name the files of the Deployments, StatefulSets, DaemonSets, Jobs and Pods too.",
    ),
    "ST1731": CodeDoc(
        "no description of an API",
        "Nothing in the files begins with `openapi` or `swagger`.",
        "Name the file of the OpenAPI document.",
    ),
    "ST1732": CodeDoc(
        "a version of OpenAPI that is not read",
        "OpenAPI 3.0, OpenAPI 3.1 and Swagger 2.0 are read.",
        "Convert the document to OpenAPI 3.",
    ),
    "ST1901": CodeDoc(
        "more problems than are shown",
        "Only the first of very many problems are shown.",
        "Mend those first.",
    ),
}
