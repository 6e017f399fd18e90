// What Zig's standard library makes of WASI 0.1.

const std = @import("std");

pub fn main(init: std.process.Init) !u8 {
    const io = init.io;
    var buffer: [256]u8 = undefined;
    var writer = std.Io.File.stdout().writer(io, &buffer);
    const out = &writer.interface;
    var arguments = try init.minimal.args.iterateAllocator(init.gpa);
    defer arguments.deinit();
    _ = arguments.skip();
    while (arguments.next()) |argument| try out.print("argument {s}\n", .{argument});
    try out.print("HOME is {s}\n", .{init.environ_map.get("HOME") orelse "nothing"});

    var list: std.ArrayList(u32) = .empty;
    defer list.deinit(init.gpa);
    for (0..1000) |i| try list.append(init.gpa, @intCast(i * i % 1009));
    std.mem.sort(u32, list.items, {}, std.sort.asc(u32));
    try out.print("{d} {d} {d}\n", .{ list.items[0], list.items[500], list.items[999] });
    var digest: [32]u8 = undefined;
    std.crypto.hash.sha2.Sha256.hash("zig", &digest, .{});
    try out.print("{x}\n", .{&digest});
    try out.flush();
    return 3;
}
