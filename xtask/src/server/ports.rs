//! The addresses of the server: two origins that answer and one that refuses, all on the loopback interface.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, bail};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpSocket};

/// How far to look when the preferred port is in use.
const TRIES: u16 = 100;

/// Where to find the server, as origins (`http://127.0.0.1:4600`).
#[derive(Clone)]
pub(crate) struct Addresses {
    pub(crate) first: String,
    /// The same server on another port, which makes it another origin.
    pub(crate) second: String,
    /// Refuses connections.
    pub(crate) refused: String,
}

impl Addresses {
    pub(super) fn new(first: SocketAddr, second: SocketAddr, refused: SocketAddr) -> Self {
        let origin = |address: SocketAddr| format!("http://{address}");
        Self { first: origin(first), second: origin(second), refused: origin(refused) }
    }

    /// `{ first, second, refused }`
    pub(crate) fn to_json(&self) -> Value {
        json!({ "first": self.first, "second": self.second, "refused": self.refused })
    }
}

/// Listens on the preferred port, or on the next free one; 0 takes any.
pub(super) async fn listen(preferred: u16) -> anyhow::Result<TcpListener> {
    for port in preferred..=preferred.saturating_add(TRIES) {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse && preferred != 0 => {}
            Err(error) => return Err(error).with_context(|| format!("cannot listen on port {port}")),
        }
    }
    bail!("no free port from {preferred} to {}: name another with --port", preferred.saturating_add(TRIES))
}

/// A port that refuses connections for as long as this is kept: bound, so that nobody else gets it, but not listening.
pub(super) fn refuse() -> anyhow::Result<(TcpSocket, SocketAddr)> {
    let socket = TcpSocket::new_v4().context("cannot open a socket")?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).context("cannot reserve a port that refuses connections")?;
    let address = socket.local_addr()?;
    Ok((socket, address))
}
