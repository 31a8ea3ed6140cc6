//! A Python with a mail server and a second opinion about signatures; its packages come from PyPI into a folder below `target`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const PACKAGES: [&str; 3] = [
    "aiosmtpd==1.4.6",
    "standardwebhooks==1.0.0",
    "trustme==1.2.1",
];

/// The interpreter.
pub fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("notify-python");
        let python = venv.join("bin/python");
        let ready = venv.join(format!("ready-{}", PACKAGES.join("-")));
        if !ready.exists() {
            run(Command::new("python3").args(["-m", "venv"]).arg(&venv));
            let pip = [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ];
            run(Command::new(&python).args(pip).args(PACKAGES));
            std::fs::write(&ready, b"").unwrap();
        }
        python
    })
}

/// What a command says; it must not fail.
pub fn run(command: &mut Command) -> String {
    let done = command.output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {said}");
    String::from_utf8(done.stdout).unwrap()
}
