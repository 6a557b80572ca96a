//! A connection that hyper reads and writes, and that a handler can take away from it: truncated, oversized and reset
//! answers are written past hyper, on the same port and the same socket.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// One accepted connection.
pub(super) struct Wire {
    stream: TcpStream,
    /// Counted from 1 over the server's life.
    pub(super) number: u64,
    requests: AtomicU64,
    taken: AtomicBool,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, number: u64) -> Arc<Self> {
        // Small pieces are meant to travel as they are written.
        let _ = stream.set_nodelay(true);
        Arc::new(Self { stream, number, requests: AtomicU64::new(0), taken: AtomicBool::new(false) })
    }

    /// Counts a request that begins.
    pub(super) fn begin(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether this connection carried a request before the present one. Browsers send a request again by themselves
    /// when such a connection breaks before the answer.
    pub(super) fn reused(&self) -> bool {
        self.requests.load(Ordering::Relaxed) > 1
    }

    /// Writes past hyper, which waits for the handler meanwhile.
    pub(super) async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Ends the connection: from now on hyper can write nothing more, gives up, and the socket closes.
    pub(super) fn close(&self) {
        self.taken.store(true, Ordering::Release);
    }

    /// Ends the connection with a TCP reset.
    pub(super) fn reset(&self) {
        let _ = self.stream.set_zero_linger();
        self.close();
    }

    fn gone(&self) -> bool {
        self.taken.load(Ordering::Acquire)
    }
}

/// What hyper is given.
pub(super) struct WireIo(pub(super) Arc<Wire>);

impl AsyncRead for WireIo {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = &self.0;
        while !wire.gone() {
            ready!(wire.stream.poll_read_ready(cx))?;
            match wire.stream.try_read(buffer.initialize_unfilled()) {
                Ok(read) => {
                    buffer.advance(read);
                    break;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for WireIo {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wire = &self.0;
        loop {
            if wire.gone() {
                return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
            }
            ready!(wire.stream.poll_write_ready(cx))?;
            match wire.stream.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The socket closes when the last handle to it is dropped, which is right after hyper's.
        Poll::Ready(Ok(()))
    }
}
