"""What stands between a member and its promotion while another region has the store, too.

Patroni runs it once the member has its region's lease and before its server takes writes, also when
it starts anew: https://patroni.readthedocs.io/en/latest/yaml_configuration.html (`pre_promote`).
"""

from collections.abc import Sequence

from seatrial.contract.placement import Endpoint
from seatrial.engines.tuning import USER

# A server that refuses connections is not there. Of one that says nothing nobody knows: then only
# who has got a write that was committed since it was started is promoted, for a primary of its own
# region was there in its own time. Who comes back with its whole region has none (that it streams
# says nothing: standbys stream from each other), and the store may have moved meanwhile. Or who was
# told to within two minutes: then people have fenced the other region.
#
# Where three regions agree, these are asked instead of the member's own clock: whether the other
# region's cluster is a copy is written there, by who moved the store, before anybody is promoted.
_TEXT = """\
# 0 lets this member be promoted: no member of the other region takes writes.
LC_ALL=C PGCONNECT_TIMEOUT=2 PGPASSWORD="$(cat "$1/password")"
export LC_ALL PGCONNECT_TIMEOUT PGPASSWORD
ask() {{
    timeout 5 psql --no-psqlrc --quiet --tuples-only --no-align --username={user} \
        --dbname=postgres --host="$2" --port="$3" --command="$4" 2> "$1/fence.said"
}}
unknown=
for each in {members}; do
    case "$(ask "$1" "${{each%:*}}" "${{each##*:}}" "SELECT pg_is_in_recovery()")" in
        f) echo "$each takes writes: not promoted" >&2; exit 1 ;;
        t) ;;
        *) grep -q "Connection refused" "$1/fence.said" || unknown="$unknown $each" ;;
    esac
done
[ -n "$unknown" ] || exit 0
[ -n "$(find "$1/{ordered}" -mmin -2 2> /dev/null)" ] && exit 0
{known}
echo "whether$unknown takes writes nobody says: not promoted" >&2
exit 1
"""
_OWN = """\
own="SELECT pg_last_xact_replay_timestamp() > pg_postmaster_start_time()"
[ "$(ask "$1" "$1" "${{self.ports.sql}}" "$own")" = t ] && exit 0"""
_MAJORITY = """\
ETCDCTL_API=3 timeout 8 etcdctl --endpoints={endpoints} --dial-timeout=2s --command-timeout=6s \\
    get --consistency=l --print-value-only {agreed} 2> "$1/fence.said" \\
    | grep -q '"standby_cluster": *{{' && exit 0"""
ORDERED = "ordered"  # the file of who was told to be promoted, as old as the order is
OPEN = "exit 0\n"  # a fence through which everybody goes


def text(members: Sequence[Endpoint], *, majority: Sequence[str] = (), agreed: str = "") -> str:
    """The script, which is called with the member's folder. `members` are the other region's.

    `majority` are the three of etcd that agree, where there are any, and `agreed` the key of what
    the other region's cluster goes by. It holds `${self...}` for the runtime. Raises ValueError
    without members.
    """
    if not members:
        raise ValueError("a fence has nobody to ask")
    hosts = " ".join(str(each) for each in members)
    endpoints = ",".join(majority)
    known = (_MAJORITY if majority else _OWN).format(endpoints=endpoints, agreed=agreed)
    return _TEXT.format(user=USER, members=hosts, ordered=ORDERED, known=known)
