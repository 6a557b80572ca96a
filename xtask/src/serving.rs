//! The fault server inside another command, for as long as that command works.

use anyhow::{Context as _, Result};
use tokio::runtime::Runtime;

use crate::server::{self, Config, Running};

/// A running server and the threads that it runs on. Dropping it stops both.
pub(crate) struct Serving {
    runtime: Runtime,
    pub(crate) running: Running,
}

impl Serving {
    pub(crate) fn start(config: Config) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("cannot start the fault server's threads")?;
        let running = runtime.block_on(server::start(config))?;
        Ok(Self { runtime, running })
    }

    /// The page's own origin.
    pub(crate) fn url(&self) -> &str {
        &self.running.addresses.first
    }

    /// All addresses, as JSON.
    pub(crate) fn addresses(&self) -> String {
        self.running.addresses.to_json().to_string()
    }

    /// Waits for Ctrl-C or for the signal that a parent process sends, then stops.
    pub(crate) fn until_interrupted(self) -> Result<()> {
        let Self { runtime, running } = self;
        runtime.block_on(async {
            interrupt().await?;
            running.stop().await;
            Ok(())
        })
    }
}

async fn interrupt() -> Result<()> {
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
