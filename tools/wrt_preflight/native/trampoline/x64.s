# Between MicroPython and guest code on x64: see docs/native.md.
#
# The thread record is in rdi nearly everywhere. Its words are 4 bytes: pc 0, fp 4, aux0 16,
# aux1 20, stack 40, size 48, entry_sp 120, base 128, limit 136, margin 144, budget 148,
# reserve 152, saved 168, own 172.

.intel_syntax noprefix
.text
.globl wrt_blob, rt_trap, rt_host, rt_yield, wrt_main

.macro save_registers
  push rbp
  push rbx
  push r12
  push r13
  push r14
  push r15
.endm

# entry(function, arguments, keywords, objects): the first object is the thread record.
wrt_blob:
  save_registers
  mov rax, [rcx]
  mov rdi, [rax + 24]
  mov [rdi + 120], rsp
  cmp dword ptr [rdi], 0
  je resume

# Where do the frames of this activation begin?
  cmp dword ptr [rdi + 172], 0
  jne start_own
  mov rax, [rdi + 128]
  test rax, rax
  jz 1f
  lea rdx, [rsp - 64]
  cmp rax, rdx
  jbe 2f
1:
  mov edx, [rdi + 144]
  mov rax, rsp
  sub rax, rdx
  and rax, -16
  mov [rdi + 128], rax
2:
  call set_limit
begin:
  mov rsp, rax
  push rdi
  mov edx, [rdi + 168]
  push rdx
  call wrt_main
  pop rdx
  pop rdi
  mov [rdi + 168], edx
  xor eax, eax
  jmp leave

# On a stack of its own: an outermost call begins at its end, others below what was suspended.
start_own:
  mov eax, [rdi + 168]
  cmp dword ptr [rdi + 4], 0
  jne 1f
  mov eax, [rdi + 48]
1:
  add rax, [rdi + 40]
  and rax, -16
  call set_limit_own
  jmp begin

# limit = base - min(budget, size - fp - 16 - reserve); rax = base; clobbers rcx, rdx.
set_limit:
  mov edx, [rdi + 48]
  sub edx, [rdi + 4]
  sub edx, 16
  sub edx, [rdi + 152]
  mov ecx, [rdi + 148]
  cmp edx, ecx
  cmovg edx, ecx
  movsxd rdx, edx
  mov rcx, rax
  sub rcx, rdx
  mov [rdi + 136], rcx
  ret

# limit = stack + fp + 16 + reserve; clobbers rcx, rdx.
set_limit_own:
  mov ecx, [rdi + 4]
  mov edx, [rdi + 152]
  lea rcx, [rcx + rdx + 16]
  add rcx, [rdi + 40]
  mov [rdi + 136], rcx
  ret

# rt_trap(record, kind, aux1, pc)
rt_trap:
  mov [rdi], ecx
  mov [rdi + 16], esi
  mov [rdi + 20], edx
  push 0
  push 0
  mov r11d, 2
  jmp suspend

rt_yield:
  save_registers
  push 0
  push 0
  mov dword ptr [rdi], 0
  mov r11d, 3
  jmp suspend

# rt_host(record, number, arguments, words)
rt_host:
  save_registers
  push rdx
  push rcx
  mov [rdi + 16], esi
  mov dword ptr [rdi], 0
  mov r11d, 1

# r11d = status; on the stack: words and address of arguments, then what `restore` takes.
# To stack + fp go: the length, the base (or the stack pointer), frames, arguments.
suspend:
  mov esi, [rdi + 4]
  mov r8, rsi
  add rsi, [rdi + 40]
  xor ecx, ecx
  mov rax, rsp
  cmp dword ptr [rdi + 172], 0
  jne 1f
  mov rax, [rdi + 128]
  mov rcx, rax
  sub rcx, rsp
1:
  mov edx, [rdi + 48]
  sub rdx, r8
  mov r10d, [rsp]
  lea r10, [rcx + 4 * r10 + 16]
  cmp rdx, r10
  jb full
  mov [rsi], ecx
  mov [rsi + 4], rax
  add rsi, 16
  cmp dword ptr [rdi + 172], 0
  jne 4f
  mov [rdi + 168], ecx
2:
  mov rax, [rsp + rcx - 8]
  mov [rsi + rcx - 8], rax
  sub rcx, 8
  jnz 2b
  mov ecx, [rdi + 168]
  add rsi, rcx
3:
  cmp r11d, 2
  je 6f
  mov rdx, rsi
  sub rdx, [rdi + 40]
  mov [rdi + 20], edx
  pop rcx
  pop rdx
  mov ecx, ecx
  jmp 7f
4:
  sub rax, [rdi + 40]
  mov [rdi + 168], eax
  jmp 3b
5:
  mov eax, [rdx + 4 * rcx - 4]
  mov [rsi + 4 * rcx - 4], eax
  dec rcx
7:
  test rcx, rcx
  jnz 5b
6:
  mov eax, r11d

# eax = status
leave:
  mov rsp, [rdi + 120]
  lea eax, [rax + rax + 1]
restore:
  pop r15
  pop r14
  pop r13
  pop r12
  pop rbx
  pop rbp
  ret

# The frames do not fit into the stack: call_stack_exhausted, or the trap that it is anyway.
full:
  mov dword ptr [rdi + 168], 0
  cmp r11d, 2
  je 6b
  mov dword ptr [rdi + 16], 10
  mov r11d, 2
  jmp 6b

moved:
  mov eax, 9
  jmp restore

resume:
  mov esi, [rdi + 4]
  add rsi, [rdi + 40]
  mov rax, [rsi + 4]
  cmp dword ptr [rdi + 172], 0
  jne resume_own
  lea rdx, [rsp - 64]
  cmp rax, rdx
  ja moved
  mov [rdi + 128], rax
  call set_limit
  mov ecx, [rsi]
  sub rax, rcx
  mov rsp, rax
  add rsi, 16
1:
  mov rax, [rsi + rcx - 8]
  mov [rsp + rcx - 8], rax
  sub rcx, 8
  jnz 1b
  mov rcx, [rdi + 128]
  sub rcx, rsp
  add rsi, rcx
  jmp go_on
resume_own:
  call set_limit_own
  mov rsp, rax
  add rsi, 16

# rsi = results, which take the place of the arguments
go_on:
  pop rcx
  pop rdx
  mov ecx, ecx
  jmp 2f
1:
  mov eax, [rsi + 4 * rcx - 4]
  mov [rdx + 4 * rcx - 4], eax
  dec rcx
2:
  test rcx, rcx
  jnz 1b
  jmp restore
