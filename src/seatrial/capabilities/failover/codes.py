"""The codes of the problems that are found, as `seatrial explain ST7201` shows them.

ST72 a store cannot fail over, or users cannot be led, as the file promises. A code is never given a
new meaning.
"""

from collections.abc import Mapping

from seatrial.system.codes import CodeDoc

CODES: Mapping[str, CodeDoc] = {
    "ST7201": CodeDoc(
        "a setting of a failover that cannot be",
        "The store would fail over otherwise than was meant, or not at all.",
        "Correct the value that the message names, or delete the key: each has a default.",
    ),
    "ST7202": CodeDoc(
        "a failover of a product of which seatrial cannot promote a standby yet",
        "Nobody would take over, and the file would promise what is not there.",
        "Delete `failover` of that store.",
    ),
    "ST7203": CodeDoc(
        "a failover of a store whose data need not survive",
        "`durable: false` says that its data may be lost, `failover` that it may not.",
        "Delete one of the two.",
    ),
    "ST7205": CodeDoc(
        "a store that fails over where its members cannot run",
        "It would be one server there, and no one would take over from it.",
        "Run it where the message says, or delete `failover` of that store.",
    ),
    "ST7206": CodeDoc(
        "a copy in a region where none can be",
        "A copy stands in a second region that is run: not at home, not where only a prober is.",
        "Name such a region, or delete `region`.",
    ),
    "ST7207": CodeDoc(
        "a setting of a front that cannot be",
        "Users would be led otherwise than was meant, or not at all.",
        "Correct the value that the message names, or delete the key: each has a default.",
    ),
    "ST7208": CodeDoc(
        "a front that has nobody to lead, or nowhere to lead to",
        "A front leads users from one address to one of several regions.",
        "Expose the service, give it a port and run it in two regions, or delete `front`.",
    ),
    "ST7209": CodeDoc(
        "a front where seatrial cannot run one",
        "Users would have one address for each region there, and none would lead them.",
        "Run it on processes or in containers, or delete `front` of that service.",
    ),
    "ST7210": CodeDoc(
        "a witness where none can stand",
        "Two of three regions say where the store is. A witness at home, or where the copy is,"
        " would be lost with it, and one where nothing is run says nothing.",
        "Name a third region that is run, or delete `automatic`.",
    ),
    "ST7211": CodeDoc(
        "an RPO that a store cannot keep that is moved by itself",
        "A region that is cut off from the others acknowledges writes until it closes itself. When"
        " the store is moved they are lost.",
        "Write an `rpo` as long as that takes, or delete `automatic`: people look first.",
    ),
    "ST7212": CodeDoc(
        "a store that is called as a secret of one that fails over",
        "The password of a store has the store's name. Who knows that of `NAME-rest` or"
        " `NAME-replication` could order the cluster of NAME, or copy all that it holds.",
        "Give the store another name.",
    ),
}
