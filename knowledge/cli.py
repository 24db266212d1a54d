"""`python -m knowledge …`: migrate, seed, import, follow, new-place, flags, invite, unlock, check."""

from __future__ import annotations

import argparse
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from knowledge.db import session_scope
from knowledge.errors import KnowledgeError
from knowledge.learning import as_rasa_examples, learn
from knowledge.migrating import upgrade
from knowledge.seeding import seed
from settings import settings

EVERY = 2.0  # seconds between two lines of progress
LOOK_AGAIN = 20  # seconds between two looks at which feeds are due, or asked for in the console


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code and says what went wrong in a sentence."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="Look after the directory.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring both databases up to date")
    commands.add_parser("seed", help="load topics, the national layer and the demonstration places")
    _import_arguments(commands.add_parser("import", help="load a directory: a CSV file, an Open Referral feed…"))
    _follow_arguments(commands.add_parser("follow", help="read an Open Referral feed again and again"))
    _new_place_arguments(commands.add_parser("new-place", help="make an empty real place"))
    _flags_arguments(commands.add_parser("flags", help="list what residents said is wrong with an entry"))
    commands.add_parser("check", help="try the links and telephone numbers of entries and mark what does not answer")
    _invite_arguments(commands.add_parser("invite", help="invite somebody to look after entries or answer residents"))
    unlocking = commands.add_parser("unlock", help="let somebody in who lost their authenticator app and spare codes")
    unlocking.add_argument("email", metavar="EMAIL")
    commands.add_parser("examples", help="print some of the phrases as Rasa's examples of a need (for training)")
    given = parser.parse_args(arguments)
    run: dict[str, Callable[[argparse.Namespace], int]] = {
        "migrate": migrate,
        "examples": examples,
        "seed": load_seed,
        "import": load_directory,
        "follow": follow,
        "new-place": new_place,
        "flags": list_flags,
        "invite": invite,
        "check": check,
        "unlock": unlock,
    }
    try:
        return run[given.command](given)
    except KnowledgeError as wrong:
        print(wrong, file=sys.stderr)
        return 1


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", metavar="FILE_FOLDER_OR_FEED", help="a file, a folder of feed pages, or a feed's address"
    )
    parser.add_argument("--mapping", required=True, metavar="NAME", help="one of knowledge/mappings, or a .yml file")
    parser.add_argument("--place", metavar="SLUG", help="the place whose rows these are")
    parser.add_argument("--source", metavar="TEXT", help="where the rows come from, instead of what the mapping says")
    parser.add_argument("--licence", metavar="TEXT", help="under which licence, instead of what the mapping says")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")


def _follow_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("feed", nargs="?", metavar="FEED", help="a feed's address; without one, all that are due")
    parser.add_argument("--source", default="", metavar="TEXT", help="who publishes it; the address's host unless said")
    parser.add_argument("--licence", default="", metavar="TEXT", help="under which licence")
    parser.add_argument("--place", default="", metavar="SLUG", help="the place whose rows these are")
    parser.add_argument("--every", type=int, default=24, metavar="HOURS", help="how often it is read; 24 unless said")
    parser.add_argument(
        "--accept-losses", action="store_true", help="take down even when half of it is missing at once"
    )
    parser.add_argument("--stop", action="store_true", help="read it no more; its entries stay")
    parser.add_argument("--list", action="store_true", help="every feed, what its last reading said, and conflicts")
    parser.add_argument("--forever", action="store_true", help="stay, and read each when its hour comes")


def _new_place_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slug", metavar="SLUG", help="its address, /p/SLUG")
    parser.add_argument("--name", required=True, help="what residents call it")
    parser.add_argument("--name-cy", default="", help="its name in Welsh")
    parser.add_argument("--nation", required=True, help="england, wales, scotland or northern_ireland")
    parser.add_argument("--outcodes", default="", metavar="M33,M31", help="the first halves of its postcodes")
    parser.add_argument("--town", action="append", default=[], metavar="NAME", help="a town of it; may be said again")


def _flags_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--done", type=uuid.UUID, metavar="ID", help="what was said of this entry is dealt with")


def _invite_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--role", required=True, choices=("editor", "steward", "admin", "staff"))
    parser.add_argument("--group", metavar="KEY", help="the organisation an editor writes for, or whose team it is")
    parser.add_argument("--place", metavar="SLUG", help="the place of a steward or a team")
    parser.add_argument("--team", metavar="NAME", help="the team of --group at --place; made if there is none")
    parser.add_argument("--language", default="en", choices=("en", "cy"), help="of the letter")


def check(_given: argparse.Namespace) -> int:
    """Links and numbers tried; editors see the marks in the console."""
    from knowledge.reaching import check_all

    print(f"{check_all(session_scope, datetime.now(UTC).date())} links and numbers are in trouble.")
    return 0


def invite(given: argparse.Namespace) -> int:
    """Invite somebody: the letter is queued, and the link printed here too."""
    from knowledge.inviting import invite_from_terminal

    with session_scope() as session:
        link = invite_from_terminal(session, given, now=datetime.now(UTC), address=settings().address)
    print(f"{given.email} is invited. The letter is on its way; the link in it, good for two weeks, is\n{link}")
    return 0


def examples(_given: argparse.Namespace) -> int:
    """Print what `make train` gives Rasa beside nlu/examples."""
    with session_scope() as session:
        print(as_rasa_examples(session), end="")
    return 0


def migrate(_given: argparse.Namespace) -> int:
    """Both databases to the newest migration."""
    settings().var.mkdir(parents=True, exist_ok=True)
    upgrade("knowledge", settings().knowledge_url)
    upgrade("conversations", settings().conversations_url)
    return 0


def load_seed(_given: argparse.Namespace) -> int:
    """The seed, with progress; nothing is written where nothing changed."""
    began = time.monotonic()
    with session_scope() as session:
        counts = seed(
            session,
            today=datetime.now(UTC).date(),
            progress=lambda line: print(f"  {line}", file=sys.stderr, flush=True),
        )
        if learn(session):
            print("  the need reader fitted to the phrases", file=sys.stderr, flush=True)
    said = ", ".join(f"{number} {name}" for name, number in counts.items())
    print(f"Seed: {said} new or changed, in {time.monotonic() - began:.0f} s.", file=sys.stderr)
    return 0


def load_directory(given: argparse.Namespace) -> int:
    """Somebody else's directory, with progress, a summary, and the full list of problems in a file."""
    from knowledge.importing import import_directory
    from knowledge.imports import report as reports
    from knowledge.imports.mapping import load_mapping

    mapping = load_mapping(given.mapping).given(source=given.source, licence=given.licence)
    done = import_directory(
        session_scope,
        given.what,
        mapping,
        today=datetime.now(UTC).date(),
        place=given.place,
        dry_run=given.dry_run,
        progress=_every_few_seconds(),
    )
    path = settings().var / f"import-{mapping.name}.txt"
    reports.write(done, path)
    print(reports.summary(done, path))
    if not mapping.licence:
        print("No licence is named: say it with --licence, so that the rows may be published again.", file=sys.stderr)
    return 0


def unlock(given: argparse.Namespace) -> int:
    """Take somebody's second step away, once you know that it is really them who asks."""
    from knowledge import accounts, second_step

    with session_scope() as session:
        person = accounts.by_email(session, given.email)
        if person is None:
            print(f"Nobody here has the address {given.email}.", file=sys.stderr)
            return 1
        second_step.off(session, person.id)
        accounts.sign_out_everywhere(session, person.id)
    print("Done. They sign in with a link or a password, and can set up an app again.")
    return 0


def _every_few_seconds() -> Callable[[str], None]:
    said = [0.0]

    def say(line: str) -> None:
        if time.monotonic() - said[0] >= EVERY:
            said[0] = time.monotonic()
            print(f"  {line}", file=sys.stderr, flush=True)

    return say


def follow(given: argparse.Namespace) -> int:
    """Follow a feed, list or stop those followed, or read all that are due: words first, then what they mean."""
    from knowledge import following

    if given.list:
        return _list_feeds()
    if given.feed and given.stop:
        with session_scope() as session:
            following.stop(session, given.feed)
        print(f"{given.feed} is read no more. Its entries stay; withdraw them if they should go.")
        return 0
    if given.feed:
        with session_scope() as session:
            following.remember(
                session,
                given.feed,
                source=given.source,
                licence=given.licence,
                place=given.place,
                every_hours=max(1, given.every),
            )
        return _read_feeds([given.feed], accept_losses=given.accept_losses)
    while given.forever:
        try:
            _feeds_due()
        except Exception as wrong:  # noqa: BLE001  a directory that is busy or gone, or anything else, is looked at again
            print(f"Feeds could not be looked at: {type(wrong).__name__}", file=sys.stderr)
        time.sleep(LOOK_AGAIN)
    return _feeds_due()


def _feeds_due() -> int:
    """Undo what somebody wants undone, then read what is due."""
    from knowledge import following, unfollowing

    with session_scope() as session:
        undone = unfollowing.asked_for(session)
    for address in undone:
        done, left = unfollowing.undo(session_scope, address)
        print(f"{address}: {done} entries say again what they said before, {left} were changed since and left alone.")
    with session_scope() as session:
        addresses = following.due(session, datetime.now(UTC))
    return _read_feeds(addresses)


def _read_feeds(addresses: Sequence[str], *, accept_losses: bool = False) -> int:
    """Read each; one that fails stops no other. 1 if any failed."""
    from knowledge import following
    from knowledge.imports import report as reports
    from knowledge.imports.deepening import deepen
    from knowledge.imports.fetching import Fetcher

    failed = 0
    for address in addresses:
        fetcher = Fetcher(private=settings().private_feeds)
        try:
            done = following.read(
                session_scope,
                address,
                now=datetime.now(UTC),
                fetcher=fetcher,
                accept_losses=accept_losses,
                progress=_every_few_seconds(),
            )
        except Exception as wrong:  # noqa: BLE001  a stranger's feed holds what nobody foresaw; it stops no other
            told = wrong if isinstance(wrong, KnowledgeError) else f"{address} broke off: {type(wrong).__name__}"
            print(told, file=sys.stderr)
            failed = 1
            continue
        path = settings().var / "import-feeds.txt"
        reports.write(done, path)
        print(reports.summary(done, path))
    if read := deepen(session_scope, progress=_every_few_seconds()):
        print(f"{read} entries can now be found by their meaning too.")
    return failed


def _list_feeds() -> int:
    from knowledge import following

    with session_scope() as session:
        feeds = following.followed(session)
    for feed in feeds:
        when = f"read to its end on {feed.read_at:%d %B %Y, %H:%M}" if feed.read_at else "never read to its end yet"
        state = f"every {feed.every_hours} hours" if feed.active else "stopped"
        print(f"{feed.address} ({feed.source}; {feed.licence or 'no licence named'}; {state}): {when}")
        for problem in (one for one in feed.problems if one.kind in ("feed", "kept")):
            print(f"  {problem}")
    if not feeds:
        print("No feed is followed.")
    return 0


def new_place(given: argparse.Namespace) -> int:
    """An empty real place, and what to do next."""
    from knowledge.imports.new_place import make_place

    with session_scope() as session:
        made = make_place(
            session,
            given.slug,
            name=given.name,
            name_cy=given.name_cy,
            nation=given.nation,
            outcodes=[code for code in given.outcodes.split(",") if code.strip()],
            towns=given.town,
        )
    print(f"{given.name} is {'made' if made.new else 'here already'}: its front door is /p/{made.slug}.")
    print(f"Postcodes: {', '.join(made.outcodes) or 'none yet'}. Towns: {', '.join(made.towns) or 'none yet'}.")
    if not made.outcodes:
        print("Name its postcodes with --outcodes M33,M31 so that residents are found to be in it.")
    print(f"Next: python -m knowledge import FILE --mapping NAME --place {made.slug}")
    return 0


def list_flags(given: argparse.Namespace) -> int:
    """What residents said is wrong and nobody has dealt with; or closes what was said of one entry."""
    from knowledge.flags import as_lines, done, open_flags

    with session_scope() as session:
        if given.done:
            print(f"{done(session, given.done)} closed.")
        else:
            print("\n".join(as_lines(open_flags(session))) or "Nothing is open.")
    return 0
