//! `cargo xtask serve`: the fault server by itself, for other programs to start.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::json;
use tokio::time::sleep;

use super::{Config, Running, start};

const USAGE: &str = "usage: cargo xtask serve [--port N] [--site DIR] [--mount /PATH=DIR]... [--for SECONDS]";
/// The port to try first.
const PORT: u16 = 4600;

/// Serves until interrupted, until `--for` is over, or until nobody has asked anything for half an hour. Prints one line
/// of JSON with all addresses first.
pub(crate) fn run_cli(words: impl IntoIterator<Item = String>) -> anyhow::Result<()> {
    let (config, time) = parse(words)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let mut running = start(config).await?;
        announce(&running)?;
        let over = async {
            match time {
                Some(time) => sleep(time).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = over => running.stop().await,
            interrupted = interrupt() => {
                interrupted?;
                running.stop().await;
            }
            () = running.wait() => {}
        }
        Ok(())
    })
}

fn announce(running: &Running) -> anyhow::Result<()> {
    if let Some(note) = &running.note {
        eprintln!("{note}");
    }
    let mut line = running.addresses.to_json();
    if let Some(fields) = line.as_object_mut() {
        fields.insert("note".to_owned(), json!(&running.note));
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// Ctrl-C, or the signal that a parent process sends.
async fn interrupt() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}

fn parse(words: impl IntoIterator<Item = String>) -> anyhow::Result<(Config, Option<Duration>)> {
    let mut config = Config { port: PORT, ..Config::default() };
    let mut time = None;
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (name, given) = match word.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (word, None),
        };
        let mut value = || {
            given.clone().or_else(|| words.next()).with_context(|| format!("{name} needs a value\n{USAGE}"))
        };
        match name.as_str() {
            "--port" => {
                config.port = value()?.parse().with_context(|| format!("--port needs a number\n{USAGE}"))?
            }
            "--site" => config.site = Some(PathBuf::from(value()?)),
            "--mount" => {
                let text = value()?;
                let (prefix, path) =
                    text.split_once('=').with_context(|| format!("--mount /PATH=DIR\n{USAGE}"))?;
                config.mounts.push((prefix.to_owned(), PathBuf::from(path)));
            }
            "--for" => {
                let seconds = value()?.parse().with_context(|| format!("--for needs seconds\n{USAGE}"))?;
                time = Some(Duration::from_secs(seconds));
            }
            other => bail!("`{other}` is not understood here\n{USAGE}"),
        }
    }
    Ok((config, time))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn options_in_both_forms() {
        let line = "--port 5000 --site=www/dist --mount /pkg=pkg/dist --mount=/b=c --for 7";
        let (config, time) = parse(words(line)).unwrap();
        assert_eq!(config.port, 5000);
        assert_eq!(config.site, Some(PathBuf::from("www/dist")));
        let mounts = [("/pkg".to_owned(), PathBuf::from("pkg/dist")), ("/b".to_owned(), PathBuf::from("c"))];
        assert_eq!(config.mounts, mounts);
        assert_eq!(time, Some(Duration::from_secs(7)));
    }

    #[test]
    fn mistakes_are_told() {
        for line in ["--port", "--port x", "--port 70000", "--mount /a", "--for soon", "--verbose", "x"] {
            assert!(parse(words(line)).is_err(), "{line}");
        }
    }
}
