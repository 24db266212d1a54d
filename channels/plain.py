"""A reply as plain text: for the terminal, the transcript, the record, and what a desk is given."""

from __future__ import annotations

from channels.messages import Reply, Signpost
from words import look_up, say


def as_text(reply: Reply) -> str:
    """Everything the resident would read, in order."""
    parts = [*_own_words(reply), *reply.before]
    parts += [_post(number, post, reply.language) for number, post in enumerate(reply.signposts, start=1)]
    parts += [*reply.after]
    if reply.choices:
        parts.append("\n".join(f"- {choice.label}" for choice in reply.choices))
    return "\n\n".join(part for part in parts if part)


def _own_words(reply: Reply) -> tuple[str, ...]:
    own = reply.own_words
    return ("\n".join(own.sentences), own.note) if own else ()


def _post(number: int, post: Signpost, language: str) -> str:
    tier = look_up("text.tier", language)[post.tier]
    lines = [f"{number}. {post.name} ({tier})", post.line]
    if post.run_by and post.run_by != post.name:
        lines.append(say("text.run_by", language, name=post.run_by))
    lines += [post.when, post.where, post.cost]
    lines += [f"{say('text.phone', language, number=phone.number)} {phone.note}".strip() for phone in post.phones]
    if post.text_number:
        lines.append(say("text.sms", language, number=post.text_number))
    lines += [post.url, post.why, post.checked]
    return "\n".join(line for line in lines if line)
