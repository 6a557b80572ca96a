//! "No network" in the words of the tools that need one.

use anyhow::Error;

use crate::failure;

/// What rustup, cargo, npm and apt say when a host cannot be reached.
const SIGNS: [&str; 16] = [
    "could not resolve host",
    "couldn't resolve host",
    "could not resolve",
    "temporary failure resolving",
    "temporary failure in name resolution",
    "failed to lookup address",
    "dns error",
    "network is unreachable",
    "network failure",
    "connection refused",
    "could not connect",
    "failed to connect",
    "enotfound",
    "eai_again",
    "econnrefused",
    "etimedout",
];

/// True when the output of a tool says that it found no network.
pub(super) fn is_missing(output: &str) -> bool {
    let output = output.to_ascii_lowercase();
    SIGNS.iter().any(|sign| output.contains(sign))
}

/// The tool had something to download and could not.
pub(super) fn failure(tool: &str, by_hand: &str) -> Error {
    failure::missing(
        format!("{tool} has something to download, and there is no network"),
        format!("connect this machine (or set the proxy that {tool} is to use), then run: {by_hand}"),
    )
}

#[cfg(test)]
mod tests {
    use super::is_missing;

    #[test]
    fn knows_each_tools_words() {
        for said in [
            "npm error code EAI_AGAIN\nnpm error network request failed",
            "error: could not download file ...: error sending request: dns error: failed to lookup address information",
            "[6] Could not resolve hostname (Could not resolve host: index.crates.io)",
            "Err:1 http://deb.debian.org/debian bookworm InRelease\n  Temporary failure resolving 'deb.debian.org'",
        ] {
            assert!(is_missing(said), "{said}");
        }
        assert!(!is_missing("npm error code EUSAGE: package.json and package-lock.json are not in sync"));
    }
}
