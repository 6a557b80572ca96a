//! The fault server: an HTTP server that fails in exactly the ways a script asks for, counts what it received, and
//! serves the demo and the tests' pages.
//!
//! How a request goes: `listen` accepts, `play` finds the scenario, `store` picks the step, `answer` turns it into
//! headers and a body, and either hyper sends that or, where HTTP forbids it, `raw` does over the same `wire`. `log`
//! notes all of it. What scripts can say:
//!
#![doc = include_str!("../../../docs/fault-server.md")]

mod activity;
mod answer;
mod auth;
mod body;
mod cli;
mod conditional;
mod control;
mod cors;
mod dates;
mod ledger;
mod listen;
mod log;
mod orders;
mod play;
mod ports;
mod raw;
mod script;
mod site;
mod store;
#[cfg(test)]
mod tests;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::any;
use tokio::net::TcpSocket;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use activity::Activity;
pub(crate) use cli::run_cli;
pub(crate) use ports::Addresses;

/// The largest script.
const LARGEST_SCRIPT: usize = 8 << 20;
/// How often to look for scenarios to forget and for a reason to stop.
const ROUND: Duration = Duration::from_millis(500);

/// How to start a server.
pub(crate) struct Config {
    /// The preferred port of the first origin; the next free one is taken when it is in use. 0 takes any.
    pub(crate) port: u16,
    /// A directory to serve at `/`.
    pub(crate) site: Option<PathBuf>,
    /// More directories, each with the path to serve it under.
    pub(crate) mounts: Vec<(String, PathBuf)>,
    /// Stop when nobody has asked anything for so long.
    pub(crate) idle_stop: Option<Duration>,
}

impl Default for Config {
    fn default() -> Self {
        Self { port: 0, site: None, mounts: Vec::new(), idle_stop: Some(Duration::from_secs(1800)) }
    }
}

/// A running server; dropping it stops it.
pub(crate) struct Running {
    pub(crate) addresses: Addresses,
    /// What to tell people: that the preferred port is in use.
    pub(crate) note: Option<String>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    _refusing: TcpSocket,
}

/// What all handlers share.
struct Shared {
    addresses: Addresses,
    store: store::Store,
    site: site::Site,
    activity: Activity,
}

/// Starts a server on the loopback interface.
pub(crate) async fn start(config: Config) -> anyhow::Result<Running> {
    let first = ports::listen(config.port).await?;
    let taken = first.local_addr()?;
    let note = (config.port != 0 && config.port != taken.port())
        .then(|| format!("port {} is in use, took {}", config.port, taken.port()));
    let after = if config.port == 0 { 0 } else { taken.port().saturating_add(1) };
    let second = ports::listen(after).await?;
    let (refusing, refused) = ports::refuse()?;
    let addresses = Addresses::new(taken, second.local_addr()?, refused);
    let site = site::Site::new(config.site.as_deref(), &config.mounts, &addresses)?;
    let shared =
        Arc::new(Shared { addresses, store: store::Store::default(), site, activity: Activity::default() });
    let router = Router::new()
        .merge(control::routes())
        .route("/s/{id}", any(play::handle))
        .route("/s/{id}/", any(play::handle))
        .route("/s/{id}/{*rest}", any(play::handle))
        .fallback(site::handle)
        .layer(DefaultBodyLimit::max(LARGEST_SCRIPT))
        .with_state(Arc::clone(&shared));
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    for (listener, origin) in [(first, "first"), (second, "second")] {
        tasks.spawn(listen::serve(listener, origin, router.clone(), Arc::clone(&shared), stopped.clone()));
    }
    tasks.spawn(rounds(Arc::clone(&shared), config.idle_stop, stop.clone()));
    Ok(Running { addresses: shared.addresses.clone(), note, stop, tasks, _refusing: refusing })
}

/// Forgets old scenarios, and ends the server when it has been idle for long enough.
async fn rounds(shared: Arc<Shared>, idle_stop: Option<Duration>, stop: watch::Sender<bool>) {
    let mut stopped = stop.subscribe();
    loop {
        tokio::select! {
            () = listen::stopped(&mut stopped) => return,
            () = sleep(ROUND) => {}
        }
        shared.store.sweep();
        if idle_stop.is_some_and(|limit| shared.activity.idle_for() >= limit) {
            stop.send_replace(true);
        }
    }
}

impl Running {
    /// Waits until the server has stopped by itself.
    pub(crate) async fn wait(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }

    /// Stops it: connections that are still open are cut.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        self.wait().await;
    }
}
