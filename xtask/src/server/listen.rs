//! Accepts connections and hands each to hyper, together with the wire under it.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::Shared;
use super::wire::{Wire, WireIo};

/// Connections per origin at a time; more wait to be accepted.
const MOST_CONNECTIONS: usize = 1024;
const LONGEST_CONNECTION: Duration = Duration::from_secs(3600);
const LONGEST_HEAD: Duration = Duration::from_secs(60);

static NUMBERS: AtomicU64 = AtomicU64::new(1);

/// What a handler knows about the connection of its request.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) wire: Arc<Wire>,
    /// `first` or `second`.
    pub(super) origin: &'static str,
}

/// Serves until told to stop; what is still open then is cut.
pub(super) async fn serve(
    listener: TcpListener,
    origin: &'static str,
    router: Router,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        tokio::select! {
            () = stopped(&mut stop) => break,
            Some(_) = connections.join_next() => {}
            (place, accepted) = accepted => match accepted {
                Ok((stream, _)) => {
                    let served = connection(stream, origin, router.clone(), Arc::clone(&shared));
                    connections.spawn(async move {
                        let _place = place;
                        let _ = timeout(LONGEST_CONNECTION, served).await;
                    });
                }
                // Out of file descriptors, say: wait for some to come back.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
        }
    }
}

/// Waits for the word to stop, which is also given by nobody being left to give it.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn connection(stream: TcpStream, origin: &'static str, router: Router, shared: Arc<Shared>) {
    let wire = Wire::new(stream, NUMBERS.fetch_add(1, Ordering::Relaxed));
    let io = TokioIo::new(WireIo(Arc::clone(&wire)));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        wire.begin();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Connection { wire: Arc::clone(&wire), origin });
        let (router, shared) = (router.clone(), Arc::clone(&shared));
        async move {
            let _busy = shared.activity.begin();
            let answer: Result<_, Infallible> =
                hyper::service::Service::call(&TowerToHyperService::new(router), request).await;
            answer
        }
    });
    // Errors are what this server is for: whatever matters of them is in the scenario's log.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(LONGEST_HEAD)
        .serve_connection(io, service)
        .await;
}
