// The SHA-256 of standard input, in hexadecimal: Rust without its standard library, on top of four
// functions of WASI 0.1.

#![no_std]
#![no_main]

use core::panic::PanicInfo;

#[repr(C)]
struct Buffer {
    data: *mut u8,
    size: usize,
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
extern "C" {
    fn fd_read(fd: u32, buffers: *const Buffer, count: usize, size: *mut usize) -> u16;
    fn fd_write(fd: u32, buffers: *const Buffer, count: usize, size: *mut usize) -> u16;
    fn proc_exit(status: u32) -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    unsafe { proc_exit(70) }
}

const K: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

struct Sha256 {
    state: [u32; 8],
    block: [u8; 64],
    used: usize,
    total: u64,
}

impl Sha256 {
    fn new() -> Self {
        Sha256 {
            state: [
                0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
                0x5be0cd19,
            ],
            block: [0; 64],
            used: 0,
            total: 0,
        }
    }

    fn update(&mut self, data: &[u8]) {
        self.total += data.len() as u64;
        for &byte in data {
            self.push(byte);
        }
    }

    fn push(&mut self, byte: u8) {
        self.block[self.used] = byte;
        self.used += 1;
        if self.used == 64 {
            self.compress();
            self.used = 0;
        }
    }

    fn compress(&mut self) {
        let mut w = [0u32; 64];
        for (i, word) in self.block.chunks_exact(4).enumerate() {
            w[i] = u32::from_be_bytes([word[0], word[1], word[2], word[3]]);
        }
        for i in 16..64 {
            let s0 = w[i - 15].rotate_right(7) ^ w[i - 15].rotate_right(18) ^ w[i - 15] >> 3;
            let s1 = w[i - 2].rotate_right(17) ^ w[i - 2].rotate_right(19) ^ w[i - 2] >> 10;
            w[i] = w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = self.state;
        for i in 0..64 {
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = e & f ^ !e & g;
            let t1 = h.wrapping_add(s1).wrapping_add(choice).wrapping_add(K[i]).wrapping_add(w[i]);
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let majority = a & b ^ a & c ^ b & c;
            h = g;
            g = f;
            f = e;
            e = d.wrapping_add(t1);
            d = c;
            c = b;
            b = a;
            a = t1.wrapping_add(s0.wrapping_add(majority));
        }
        for (old, new) in self.state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *old = old.wrapping_add(new);
        }
    }

    fn finish(mut self) -> [u32; 8] {
        let bits = 8 * self.total;
        self.push(0x80);
        while self.used != 56 {
            self.push(0);
        }
        for byte in bits.to_be_bytes() {
            self.push(byte);
        }
        self.state
    }
}

#[no_mangle]
pub extern "C" fn _start() {
    let mut hash = Sha256::new();
    let mut data = [0u8; 128];
    loop {
        let mut size = 0;
        let buffer = Buffer { data: data.as_mut_ptr(), size: data.len() };
        if unsafe { fd_read(0, &buffer, 1, &mut size) } != 0 {
            unsafe { proc_exit(1) }
        }
        if size == 0 {
            break;
        }
        hash.update(&data[..size]);
    }
    let mut text = [b'\n'; 65];
    for (i, word) in hash.finish().iter().enumerate() {
        for k in 0..8 {
            text[8 * i + k] = b"0123456789abcdef"[(word >> (28 - 4 * k) & 15) as usize];
        }
    }
    let buffer = Buffer { data: text.as_mut_ptr(), size: text.len() };
    let mut size = 0;
    unsafe { fd_write(1, &buffer, 1, &mut size) };
}
