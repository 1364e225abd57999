//! `ra-desk`: the kiosk. See `ra_desk::driver::cli`.

fn main() -> std::process::ExitCode {
    ra_desk::driver::cli::main()
}
