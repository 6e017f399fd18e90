# Words of Scheduler.state: numbers of the instances of a component with tasks. Together, as lists
# of them would take three times the heap.

# Of each instance, at STATE_WORDS * inst: its counter, the calls that wait to enter, the number of
# the thread that has it for itself plus 1, and calls of functions that are not async under way.
BACKPRESSURE, ENTERING, EXCLUSIVE, SYNC_CALLS, STATE_WORDS = 0, 1, 2, 3, 4
