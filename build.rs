//! How the programs are linked.

use std::env::var;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // The addresses that are filled in at each start as a bit map (ELF RELR; the GNU C library from 2.36, binutils from 2.38):
    // a third of a megabyte less to keep, and to read before the first frame.
    let on = |name: &str, value: &str| var(name).is_ok_and(|is| is == value);
    if on("CARGO_CFG_TARGET_OS", "linux") && on("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
