// What Rust's standard library makes of WASI 0.1.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant, SystemTime};

fn main() -> io::Result<()> {
    println!("{:?}", std::env::args().skip(1).collect::<Vec<_>>());
    println!("{:?} {:?}", std::env::var("HOME"), std::env::var("PATH"));
    println!("{:?}", std::env::vars().collect::<BTreeMap<_, _>>());
    let mut counts = HashMap::new(); // seeded with random numbers
    for word in "a rose is a rose is a rose".split(' ') {
        *counts.entry(word).or_insert(0) += 1;
    }
    println!("{:?}", counts.iter().collect::<BTreeMap<_, _>>());

    let mut file = File::create("/data/rust.txt")?;
    for i in 0..100 {
        writeln!(file, "line {i}")?;
    }
    drop(file);
    let text = fs::read_to_string("/data/rust.txt")?;
    println!("{} bytes, {} lines", text.len(), text.lines().count());
    let mut file = OpenOptions::new().read(true).write(true).open("/data/rust.txt")?;
    println!("{}", file.seek(SeekFrom::End(-8))?);
    let mut rest = String::new();
    file.read_to_string(&mut rest)?;
    println!("{rest:?}");
    let mut file = OpenOptions::new().append(true).open("/data/rust.txt")?;
    file.write_all(b"appended")?;
    println!("{}", file.metadata()?.len());
    fs::create_dir("/data/dir")?;
    fs::copy("/data/rust.txt", "/data/dir/copy")?;
    fs::rename("/data/rust.txt", "/data/dir/moved")?;
    let mut names = vec![];
    for entry in fs::read_dir("/data/dir")? {
        let entry = entry?;
        names.push((entry.file_name(), entry.file_type()?.is_file()));
    }
    names.sort();
    println!("{names:?}");
    for path in ["/data/none", "/data/../x", "/data/dir", "/elsewhere"] {
        match fs::read(path) {
            Ok(data) => println!("{path}: {} bytes", data.len()),
            Err(error) => println!("{path}: {:?}", error.kind()),
        }
    }
    println!("{:?}", fs::create_dir("/data/dir").map_err(|error| error.kind()));
    fs::remove_dir_all("/data/dir")?;
    println!("{}", fs::read_dir("/data")?.count());

    let begin = Instant::now();
    std::thread::sleep(Duration::from_millis(2));
    println!("{}", begin.elapsed() >= Duration::from_millis(2));
    println!("{}", SystemTime::now() > SystemTime::UNIX_EPOCH);
    for line in io::stdin().lock().lines() {
        println!("read {}", line?);
    }
    eprintln!("to standard error");
    std::process::exit(5)
}
