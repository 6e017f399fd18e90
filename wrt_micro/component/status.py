# What a thread does next, where a trap's number would stand: its core code goes on, or it has
# blocked or ended.

RUN, BLOCKED = -10, -11
