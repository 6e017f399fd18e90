# What a thread does next, where a trap's number would stand: its core code goes on, it has
# blocked or ended, or it was stopped in the middle so that Python gets a turn.

RUN, BLOCKED, PREEMPTED = -10, -11, -12
