//! The help text.

/// Printed by `--help`.
pub const TEXT: &str = "\
tickmark-verify: checks a Tickmark bundle offline, cosigns checkpoints, makes keys

  tickmark-verify FILE [--policy P] [--since CHECKPOINT] [--diff OTHER] [--require LEVEL]
                       [--auditor-key VKEY]... [--extract PATH]
      Prints the verdict as JSON. LEVEL is unanchored, anchored or witnessed.
      --policy P         trust policy (C2SP tlog-policy) obtained from outside the bundle;
                         without one the verdict is at most unanchored
      --since CHECKPOINT the checkpoint you accepted last: the bundle must continue it
      --diff OTHER       compare with another bundle of the same log
      --require LEVEL    exit 1 below this level
      --auditor-key VKEY accept leaves of side auditor signed by this key (may be repeated)
      --extract PATH     write one entry to standard output instead of the verdict,
                         if the bundle is not invalid or diverged and not below LEVEL

  tickmark-verify witness keygen --name NAME --key FILE
      Makes a cosigning key and its empty state file FILE.state; prints the verifier key.
  tickmark-verify witness cosign --key FILE --log VKEY [--log VKEY]... REQUEST
      Checks a request made by `tickmark log checkpoint --request-from SIZE` against the state,
      stores the new head, then prints one signature line.
  tickmark-verify auditor keygen --name NAME --key FILE
      Makes a key for conclusions; prints the verifier key.

Exit codes: 0 done, 1 invalid, diverged, below LEVEL or refused, 2 usage or bad input, 3 files.
";
