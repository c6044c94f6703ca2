"""What stands between a member and its promotion while another region has the store, too.

Patroni runs it once the member has its region's lease and before its server takes writes, also when
it starts anew: https://patroni.readthedocs.io/en/latest/yaml_configuration.html (`pre_promote`).
"""

from collections.abc import Sequence

from seatrial.contract.placement import Endpoint
from seatrial.engines.tuning import USER

# A server that refuses connections is not there. Of one that says nothing nobody knows: then only
# who has followed a primary of its own region since it was started may take over from it. Who comes
# back with its whole region has not, and may find that the store has moved meanwhile.
_TEXT = """\
# 0 lets this member be promoted: no member of the other region takes writes.
LC_ALL=C PGCONNECT_TIMEOUT=2 PGPASSWORD="$(cat "$1/password")"
export LC_ALL PGCONNECT_TIMEOUT PGPASSWORD
ask() {{
    psql --no-psqlrc --quiet --tuples-only --no-align --username={user} --dbname=postgres \
        --host="$1" --port="$2" --command="$3" 2>&1
}}
unknown=
for each in {members}; do
    said="$(ask "${{each%:*}}" "${{each##*:}}" "SELECT pg_is_in_recovery()")"
    case "$said" in
        f) echo "$each takes writes: not promoted" >&2; exit 1 ;;
        t | *"Connection refused"*) ;;
        *) unknown="$unknown $each" ;;
    esac
done
[ -n "$unknown" ] || exit 0
has="$(ask "$1" "${{self.ports.sql}}" "SELECT pg_last_wal_receive_lsn() IS NOT NULL")"
[ "$has" = t ] && exit 0
echo "whether$unknown takes writes nobody says: not promoted" >&2
exit 1
"""
OPEN = "exit 0\n"  # a fence through which everybody goes


def text(members: Sequence[Endpoint]) -> str:
    """The script, which is called with the member's folder. `members` are the other region's.

    It holds `${self...}` for the runtime. Raises ValueError without members.
    """
    if not members:
        raise ValueError("a fence has nobody to ask")
    return _TEXT.format(user=USER, members=" ".join(str(each) for each in members)).replace(
        "${{self", "${self"
    )
