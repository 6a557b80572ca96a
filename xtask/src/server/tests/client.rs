//! A client that hides nothing: what came over the socket, and how the connection ended.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::server::Running;

const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to the server.
pub(super) struct Client {
    pub(super) stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// How the connection ended before the body was whole.
    pub(super) broken: Option<ErrorKind>,
    /// From the request to the headers, and to the end.
    pub(super) headers_after: Duration,
    pub(super) after: Duration,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.text()))
    }
}

impl Client {
    pub(super) async fn connect(origin: &str) -> Self {
        let address = origin.strip_prefix("http://").unwrap();
        Self { stream: TcpStream::connect(address).await.unwrap(), buffer: Vec::new() }
    }

    /// Sends a request; `headers` are whole lines.
    pub(super) async fn send(&mut self, request: &str, headers: &[&str], body: &[u8]) {
        let mut text = format!("{request} HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n", body.len());
        for header in headers {
            text.push_str(header);
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        self.stream.write_all(text.as_bytes()).await.unwrap();
        self.stream.write_all(body).await.unwrap();
    }

    /// More bytes; the error is how the connection ended.
    async fn more(&mut self) -> Result<(), ErrorKind> {
        let mut piece = vec![0; 256 * 1024];
        match timeout(PATIENCE, self.stream.read(&mut piece)).await.expect("the server is silent") {
            Ok(0) => Err(ErrorKind::UnexpectedEof),
            Ok(read) => {
                self.buffer.extend_from_slice(&piece[..read]);
                Ok(())
            }
            Err(error) => Err(error.kind()),
        }
    }

    /// The next bytes of a body, whatever came.
    pub(super) async fn bytes(&mut self) -> Vec<u8> {
        if self.buffer.is_empty() {
            self.more().await.unwrap();
        }
        std::mem::take(&mut self.buffer)
    }

    async fn line(&mut self) -> Result<String, ErrorKind> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.buffer.drain(..end + 2).collect::<Vec<_>>();
                return Ok(String::from_utf8(line[..end].to_vec()).unwrap());
            }
            self.more().await?;
        }
    }

    async fn exactly(&mut self, count: usize, into: &mut Vec<u8>) -> Result<(), ErrorKind> {
        let mut left = count;
        while left > 0 {
            if self.buffer.is_empty() {
                self.more().await?;
            }
            let part = left.min(self.buffer.len());
            into.extend(self.buffer.drain(..part));
            left -= part;
        }
        Ok(())
    }

    /// Status and headers; the error is how the connection ended without them.
    pub(super) async fn head(&mut self) -> Result<Answer, ErrorKind> {
        let start = Instant::now();
        let status = self.line().await?.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let headers_after = start.elapsed();
        Ok(Answer { status, headers, body: Vec::new(), broken: None, headers_after, after: headers_after })
    }

    /// The whole answer, or as much of it as comes.
    pub(super) async fn answer(&mut self) -> Result<Answer, ErrorKind> {
        let start = Instant::now();
        let mut answer = self.head().await?;
        let mut body = Vec::new();
        answer.broken = self.body(&answer, &mut body).await.err();
        answer.body = body;
        answer.after = start.elapsed();
        Ok(answer)
    }

    async fn body(&mut self, answer: &Answer, body: &mut Vec<u8>) -> Result<(), ErrorKind> {
        if let Some(length) = answer.header("content-length") {
            let length = if matches!(answer.status, 204 | 304) { 0 } else { length.parse().unwrap() };
            return self.exactly(length, body).await;
        }
        if answer.header("transfer-encoding") != Some("chunked") {
            return Ok(());
        }
        loop {
            let size = usize::from_str_radix(&self.line().await?, 16).unwrap();
            self.exactly(size, body).await?;
            self.line().await?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    /// All that still comes, and how the connection ended.
    pub(super) async fn rest(&mut self) -> (Vec<u8>, ErrorKind) {
        loop {
            if let Err(how) = self.more().await {
                return (std::mem::take(&mut self.buffer), how);
            }
        }
    }
}

/// One request on a connection of its own.
pub(super) async fn ask(
    origin: &str,
    request: &str,
    headers: &[&str],
    body: &[u8],
) -> Result<Answer, ErrorKind> {
    let mut client = Client::connect(origin).await;
    client.send(request, headers, body).await;
    client.answer().await
}

/// A GET on a connection of its own.
pub(super) async fn get(origin: &str, path: &str) -> Answer {
    ask(origin, &format!("GET {path}"), &[], b"").await.unwrap()
}

/// Installs a script.
pub(super) async fn put(server: &Running, id: &str, script: &Value) {
    let path = format!("PUT /_scenario/{id}");
    let answer = ask(&server.addresses.first, &path, &[], script.to_string().as_bytes()).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// What a scenario received.
pub(super) async fn log(server: &Running, id: &str) -> Value {
    get(&server.addresses.first, &format!("/_scenario/{id}")).await.json()
}

/// The log, once it says what the test waits for.
pub(super) async fn log_when(server: &Running, id: &str, ready: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let log = log(server, id).await;
        if ready(&log) {
            return log;
        }
        assert!(start.elapsed() < PATIENCE, "never happened: {log:#}");
        sleep(Duration::from_millis(10)).await;
    }
}
