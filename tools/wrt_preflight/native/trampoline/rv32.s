# Between MicroPython and guest code on RV32IMC: see docs/native.md.
#
# a0 is the thread record. Its words in bytes: pc 0, fp 4, aux0 16, aux1 20, stack 40, size 48,
# entry_sp 120, base 128, limit 136, margin 144, budget 148, reserve 152, saved 168, own 172.

.option norelax
.text
.globl wrt_blob, rt_trap, rt_host, rt_yield, wrt_main

.macro save_registers
  addi sp, sp, -64
  sw ra, 60(sp)
  sw s0, 56(sp)
  sw s1, 52(sp)
  sw s2, 48(sp)
  sw s3, 44(sp)
  sw s4, 40(sp)
  sw s5, 36(sp)
  sw s6, 32(sp)
  sw s7, 28(sp)
  sw s8, 24(sp)
  sw s9, 20(sp)
  sw s10, 16(sp)
  sw s11, 12(sp)
.endm

# entry(function, arguments, keywords, objects): the first object is the thread record.
wrt_blob:
  save_registers
  lw a0, 0(a3)
  lw a0, 12(a0)
  sw sp, 120(a0)
  lw a1, 0(a0)
  beqz a1, resume

# Where do the frames of this activation begin?
  lw a1, 172(a0)
  bnez a1, start_own
  lw a3, 128(a0)
  beqz a3, 1f
  addi a1, sp, -64
  bgeu a1, a3, 2f
1:
  lw a1, 144(a0)
  sub a3, sp, a1
  andi a3, a3, -16
  sw a3, 128(a0)
2:
  jal set_limit
begin:
  addi sp, a3, -16
  lw a1, 168(a0)
  sw a0, 0(sp)
  sw a1, 4(sp)
  call wrt_main
  lw a0, 0(sp)
  lw a1, 4(sp)
  sw a1, 168(a0)
  li a1, 0
  j leave

# On a stack of its own: an outermost call begins at its end, others below what was suspended.
start_own:
  lw a3, 168(a0)
  lw a1, 4(a0)
  bnez a1, 1f
  lw a3, 48(a0)
1:
  lw a1, 40(a0)
  add a3, a3, a1
  andi a3, a3, -16
  jal set_limit_own
  j begin

# limit = base - min(budget, size - fp - 16 - reserve); a3 = base; clobbers a1, a2.
set_limit:
  lw a1, 48(a0)
  lw a2, 4(a0)
  sub a1, a1, a2
  addi a1, a1, -16
  lw a2, 152(a0)
  sub a1, a1, a2
  lw a2, 148(a0)
  ble a1, a2, 1f
  mv a1, a2
1:
  sub a1, a3, a1
  sw a1, 136(a0)
  ret

# limit = stack + fp + 16 + reserve; clobbers a1, a2.
set_limit_own:
  lw a1, 40(a0)
  lw a2, 4(a0)
  add a1, a1, a2
  lw a2, 152(a0)
  add a1, a1, a2
  addi a1, a1, 16
  sw a1, 136(a0)
  ret

# rt_trap(record, kind, aux1, pc)
rt_trap:
  addi sp, sp, -32
  sw ra, 28(sp)
  sw a3, 0(a0)
  sw a1, 16(a0)
  sw a2, 20(a0)
  li a1, 2
  li a2, 0
  li a3, 0
  j suspend

rt_yield:
  save_registers
  sw zero, 0(a0)
  addi sp, sp, -16
  li a1, 3
  li a2, 0
  li a3, 0
  j suspend

# rt_host(record, number, arguments, words)
rt_host:
  save_registers
  sw a1, 16(a0)
  sw zero, 0(a0)
  addi sp, sp, -16
  li a1, 1

# a1 = status, a2 = arguments, a3 = their words. On the stack: 16 bytes for these, then what
# `restore` takes. To stack + fp go: the length, the base (or the stack pointer), frames,
# arguments.
suspend:
  sw a2, 0(sp)
  sw a3, 4(sp)
  slli a3, a3, 2
  mv a4, sp
  lw a5, 172(a0)
  bnez a5, 1f
  lw a4, 128(a0)
1:
  sub a5, a4, sp
  lw a6, 4(a0)
  lw a7, 48(a0)
  sub a7, a7, a6
  addi a7, a7, -16
  sub a7, a7, a5
  blt a7, a3, full
  lw a7, 40(a0)
  add a6, a6, a7
  sw a5, 0(a6)
  sw a4, 4(a6)
  addi a6, a6, 16
  beqz a5, 4f
  sw a5, 168(a0)
  mv a5, sp
2:
  lw a7, 0(a5)
  sw a7, 0(a6)
  lw a7, 4(a5)
  sw a7, 4(a6)
  addi a5, a5, 8
  addi a6, a6, 8
  bltu a5, a4, 2b
3:
  li a4, 2
  beq a1, a4, leave
  lw a4, 40(a0)
  sub a4, a6, a4
  sw a4, 20(a0)
  add a3, a3, a2
  j 6f
5:
  lw a4, 0(a2)
  sw a4, 0(a6)
  addi a2, a2, 4
  addi a6, a6, 4
6:
  bltu a2, a3, 5b

# a1 = status
leave:
  lw sp, 120(a0)
  slli a0, a1, 1
  addi a0, a0, 1
restore:
  lw ra, 60(sp)
  lw s0, 56(sp)
  lw s1, 52(sp)
  lw s2, 48(sp)
  lw s3, 44(sp)
  lw s4, 40(sp)
  lw s5, 36(sp)
  lw s6, 32(sp)
  lw s7, 28(sp)
  lw s8, 24(sp)
  lw s9, 20(sp)
  lw s10, 16(sp)
  lw s11, 12(sp)
  addi sp, sp, 64
  ret

4:
  lw a7, 40(a0)
  sub a4, a4, a7
  sw a4, 168(a0)
  j 3b

# The frames do not fit into the stack: call_stack_exhausted, or the trap that it is anyway.
full:
  sw zero, 168(a0)
  li a4, 2
  beq a1, a4, leave
  li a1, 10
  sw a1, 16(a0)
  li a1, 2
  j leave

moved:
  li a0, 9
  j restore

resume:
  lw a4, 4(a0)
  lw a5, 40(a0)
  add a4, a4, a5
  lw a3, 4(a4)
  lw a5, 172(a0)
  bnez a5, resume_own
  addi a1, sp, -64
  bltu a1, a3, moved
  sw a3, 128(a0)
  jal set_limit
  lw a2, 0(a4)
  addi a4, a4, 16
  sub sp, a3, a2
  mv a5, sp
1:
  lw a1, 0(a4)
  sw a1, 0(a5)
  lw a1, 4(a4)
  sw a1, 4(a5)
  addi a4, a4, 8
  addi a5, a5, 8
  bltu a5, a3, 1b
  j go_on
resume_own:
  jal set_limit_own
  mv sp, a3
  addi a4, a4, 16

# a4 = results, which take the place of the arguments
go_on:
  lw a2, 0(sp)
  lw a3, 4(sp)
  addi sp, sp, 16
  slli a3, a3, 2
  add a3, a3, a2
  j 2f
1:
  lw a1, 0(a4)
  sw a1, 0(a2)
  addi a2, a2, 4
  addi a4, a4, 4
2:
  bltu a2, a3, 1b
  j restore
.balign 4
