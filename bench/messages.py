"""What the measured residents write: everyday conversations of four turns, made up for this. No danger among them:
that answer is given without Rasa, so it would flatter the figures."""

from __future__ import annotations

CONVERSATIONS: tuple[tuple[str, str, str, str], ...] = (
    (
        "I've just moved here with two little ones and I don't know a soul",
        "Bradford",
        "is there anything on a weekday morning",
        "thanks, that's a help",
    ),
    (
        "my washing machine has packed up and I can't afford another until payday",
        "I'm in Wrexham",
        "do they deliver? I haven't got a car",
        "what else is there",
    ),
    (
        "Dad has started forgetting things and Mum is worn out looking after him",
        "they live near Hexham",
        "something where they could both go would be lovely",
        "can someone ring her",
    ),
    (
        "hello",
        "i want to learn to knit, is there a group round me",
        "LS6",
        "evenings only please, I work days",
    ),
    (
        "They've cut my hours at the warehouse and I'm behind with the gas and the rent",
        "in Coventry",
        "who can I talk to for nothing about what I owe",
        "ok and is there anywhere to get a bit of shopping",
    ),
    (
        "the bin men missed our street again",
        "Taunton",
        "who do I tell",
        "thank you",
    ),
    (
        "dwi'n chwilio am rywle i siarad Cymraeg gyda phobl eraill",
        "yng Nghaerfyrddin",
        "oes rhywbeth gyda'r nos?",
        "diolch yn fawr",
    ),
    (
        "my son is 16, autistic, and has stopped going to college",
        "we're in Stockport",
        "anything for parents like me as well",
        "he does not like phone calls",
    ),
    (
        "I retired in spring and the days are long, I was a joiner all my life",
        "Kilmarnock",
        "somewhere I could use my tools",
        "how much does it cost",
    ),
    (
        "got a letter saying my pip is stopping and i dont understand it",
        "swansea",
        "I can't get there, can they do it over the phone",
        "anyone else?",
    ),
    (
        "we'd like to grow some vegetables but there is no garden with the flat",
        "Norwich",
        "is there one that takes children",
        "and who runs it",
    ),
    (
        "I need a lift to the hospital for my eye appointment, the bus takes two hours",
        "I'm out past Skegness",
        "I use a wheelchair",
        "what if they are full",
    ),
    (
        "My neighbour passed away and I keep thinking about her, I can't seem to settle",
        "Inverness",
        "just somebody to have a cup of tea with",
        "that's kind, bye for now",
    ),
    (
        "is there a repair cafe? my toaster and a lamp have both died",
        "near Totnes",
        "on a Saturday",
        "what about bikes",
    ),
    (
        "I am new in this country and want to make my English better",
        "East London, Barking",
        "free classes, I have a baby",
        "where do I write to them",
    ),
)

# What stock Rasa's own little assistant knows how to answer: greetings, moods, whether it is a robot.
STOCK_CONVERSATIONS: tuple[tuple[str, str, str, str], ...] = (
    ("good morning", "I'm having a rotten day", "yes that cheered me up", "bye then"),
    ("hiya", "not too bad at all, feeling really good", "are you a machine", "see you later"),
    ("hello there", "so unhappy this week", "no, it did not help", "goodbye"),
    ("hey", "I feel perfect today", "am I speaking with a person", "have a nice evening"),
    ("good afternoon", "I'm very low since Tuesday", "yes a little", "cheerio, goodbye"),
)
MANY_AT_ONCE = 8


def conversations(turns: int) -> list[list[str]]:
    """Whole conversations, one resident each, until there are at least `turns` turns; started again when used up."""
    needed = -(-turns // 4)
    return [list(CONVERSATIONS[at % len(CONVERSATIONS)]) for at in range(needed)]


def stock_conversations(turns: int) -> list[list[str]]:
    """The same for the stock assistant."""
    return [list(STOCK_CONVERSATIONS[at % len(STOCK_CONVERSATIONS)]) for at in range(-(-turns // 4))]


def long_conversations(turns: int, source: tuple[tuple[str, str, str, str], ...] = CONVERSATIONS) -> list[list[str]]:
    """One conversation of `turns` turns for each of those who write at once, none beginning alike."""
    said = [message for one in source for message in one]
    starts = [resident * 4 for resident in range(MANY_AT_ONCE)]
    return [[said[(start + turn) % len(said)] for turn in range(turns)] for start in starts]
