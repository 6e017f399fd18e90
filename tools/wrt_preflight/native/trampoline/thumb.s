@ Between MicroPython and guest code on Cortex-M: see docs/native.md.
@
@ V7M: instructions of ARMv7-M may be used. FPU: d8 to d15 have to be kept.
@ r0 is the thread record, r7 its word 30, for the words that r0 does not reach. Bytes from r0:
@ pc 0, fp 4, aux0 16, aux1 20, stack 40, size 48. From r7: entry_sp 0, base 8, limit 16,
@ margin 24, budget 28, reserve 32, saved 48, own 52.

.syntax unified
.thumb
.text
.globl wrt_blob, rt_trap, rt_host, rt_yield, wrt_main

.macro save_registers
.if V7M
  push {r3-r11, lr}
.else
  push {r3-r7, lr}
  mov r4, r8
  mov r5, r9
  mov r6, r10
  mov r7, r11
  push {r4-r7}
.endif
.if FPU
  vpush {d8-d15}
.endif
.endm

@ entry(function, arguments, keywords, objects): the first object is the thread record.
.thumb_func
wrt_blob:
  save_registers
  ldr r0, [r3]
  ldr r0, [r0, #12]
  mov r7, r0
  adds r7, #120
  mov r1, sp
  str r1, [r7]
  ldr r2, [r0]
  cmp r2, #0
  bne start
  b resume

@ Where do the frames of this activation begin?
start:
  ldr r2, [r7, #52]
  cmp r2, #0
  bne start_own
  ldr r3, [r7, #8]
  cmp r3, #0
  beq 1f
  mov r2, r1
  subs r2, #64
  cmp r3, r2
  bls 2f
1:
  ldr r2, [r7, #24]
  subs r3, r1, r2
  movs r2, #15
  bics r3, r2
  str r3, [r7, #8]
2:
  bl set_limit
begin:
  mov sp, r3
  ldr r1, [r7, #48]
  push {r0, r1}
  bl wrt_main
  pop {r0, r1}
  mov r7, r0
  adds r7, #120
  str r1, [r7, #48]
  movs r1, #0
  b leave

@ On a stack of its own: an outermost call begins at its end, others below what was suspended.
start_own:
  ldr r3, [r7, #48]
  ldr r2, [r0, #4]
  cmp r2, #0
  bne 1f
  ldr r3, [r0, #48]
1:
  ldr r2, [r0, #40]
  adds r3, r3, r2
  movs r2, #15
  bics r3, r2
  bl set_limit_own
  b begin

@ limit = base - min(budget, size - fp - 16 - reserve); r3 = base; clobbers r1, r2.
.thumb_func
set_limit:
  ldr r1, [r0, #48]
  ldr r2, [r0, #4]
  subs r1, r1, r2
  subs r1, #16
  ldr r2, [r7, #32]
  subs r1, r1, r2
  ldr r2, [r7, #28]
  cmp r1, r2
  ble 1f
  mov r1, r2
1:
  subs r1, r3, r1
  str r1, [r7, #16]
  bx lr

@ limit = stack + fp + 16 + reserve; clobbers r1, r2.
.thumb_func
set_limit_own:
  ldr r1, [r0, #40]
  ldr r2, [r0, #4]
  adds r1, r1, r2
  ldr r2, [r7, #32]
  adds r1, r1, r2
  adds r1, #16
  str r1, [r7, #16]
  bx lr

@ rt_trap(record, kind, aux1, pc)
.thumb_func
rt_trap:
  push {r2, lr}
  str r3, [r0]
  str r1, [r0, #16]
  str r2, [r0, #20]
  movs r2, #0
  movs r3, #0
  push {r2, r3}
  movs r1, #2
  b suspend

.thumb_func
rt_yield:
  save_registers
  movs r2, #0
  movs r3, #0
  push {r2, r3}
  str r2, [r0]
  movs r1, #3
  b suspend

@ rt_host(record, number, arguments, words)
.thumb_func
rt_host:
  save_registers
  push {r2, r3}
  str r1, [r0, #16]
  movs r1, #0
  str r1, [r0]
  movs r1, #1

@ r1 = status; on the stack: address and words of arguments, then what `restore` takes.
@ To stack + fp go: the length, the base (or the stack pointer), frames, arguments.
suspend:
  mov r7, r0
  adds r7, #120
  mov r5, sp
  mov r4, sp
  ldr r2, [r7, #52]
  cmp r2, #0
  bne 1f
  ldr r4, [r7, #8]
1:
  subs r6, r4, r5
  ldr r3, [r0, #4]
  ldr r2, [r0, #48]
  subs r2, r2, r3
  subs r2, #16
  subs r2, r2, r6
  ldr r3, [sp, #4]
  lsls r3, r3, #2
  cmp r2, r3
  blt full
  ldr r3, [r0, #4]
  ldr r2, [r0, #40]
  adds r3, r3, r2
  str r6, [r3]
  str r4, [r3, #4]
  adds r3, #16
  cmp r6, #0
  beq 4f
  str r6, [r7, #48]
  mov r6, r4
2:
  ldm r5!, {r2, r4}
  stm r3!, {r2, r4}
  cmp r5, r6
  blo 2b
3:
  cmp r1, #2
  beq leave
  ldr r2, [r0, #40]
  subs r2, r3, r2
  str r2, [r0, #20]
  pop {r2, r4}
  lsls r4, r4, #2
  beq leave
5:
  subs r4, #4
  ldr r5, [r2, r4]
  str r5, [r3, r4]
  bne 5b

@ r1 = status
leave:
  ldr r2, [r7]
  mov sp, r2
  lsls r0, r1, #1
  adds r0, #1
restore:
.if FPU
  vpop {d8-d15}
.endif
.if V7M
  pop {r3-r11, pc}
.else
  pop {r4-r7}
  mov r8, r4
  mov r9, r5
  mov r10, r6
  mov r11, r7
  pop {r3-r7, pc}
.endif

4:
  ldr r2, [r0, #40]
  subs r4, r4, r2
  str r4, [r7, #48]
  b 3b

@ The frames do not fit into the stack: call_stack_exhausted, or the trap that it is anyway.
full:
  movs r2, #0
  str r2, [r7, #48]
  cmp r1, #2
  beq leave
  movs r1, #10
  str r1, [r0, #16]
  movs r1, #2
  b leave

moved:
  movs r0, #9
  b restore

resume:
  ldr r4, [r0, #4]
  ldr r2, [r0, #40]
  adds r4, r4, r2
  ldr r3, [r4, #4]
  ldr r2, [r7, #52]
  cmp r2, #0
  bne resume_own
  subs r1, #64
  cmp r3, r1
  bhi moved
  str r3, [r7, #8]
  bl set_limit
  ldr r2, [r4]
  adds r4, #16
  subs r5, r3, r2
  mov sp, r5
1:
  ldm r4!, {r1, r2}
  stm r5!, {r1, r2}
  cmp r5, r3
  blo 1b
  b go_on
resume_own:
  bl set_limit_own
  mov sp, r3
  adds r4, #16

@ r4 = results, which take the place of the arguments
go_on:
  pop {r2, r3}
  lsls r3, r3, #2
  beq restore
1:
  subs r3, #4
  ldr r1, [r4, r3]
  str r1, [r2, r3]
  bne 1b
  b restore
.balign 4
