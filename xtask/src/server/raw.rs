//! Answers that HTTP forbids, written past hyper: too short or too long for their Content-Length, or reset midway.

use std::io;
use std::time::Duration;

use tokio::time::sleep;

use super::answer::Answer;
use super::body::Sending;
use super::dates::{Form, epoch_ms, format};
use super::script::End;
use super::wire::Wire;

/// A client that reads the break together with the headers may report no headers at all, and a reset takes along what
/// was not read yet: so the client gets a moment to read first.
const BEFORE_BREAKING: Duration = Duration::from_millis(50);

/// Writes the head and as much of the body as the end allows, then closes or resets the connection.
pub(super) async fn send(answer: &Answer, mut sending: Sending, end: End, chunked: bool, wire: &Wire) {
    let written = write(answer, &mut sending, end, chunked, wire).await;
    let mut recorder = sending.into_recorder();
    match (written, end) {
        (Err(_), _) => {
            recorder.end("aborted");
            wire.close();
        }
        (Ok(()), End::Reset(_)) => {
            sleep(BEFORE_BREAKING).await;
            recorder.end("reset");
            wire.reset();
        }
        (Ok(()), _) => {
            sleep(BEFORE_BREAKING).await;
            recorder.end(if matches!(end, End::Oversized(_)) { "oversized" } else { "truncated" });
            wire.close();
        }
    }
}

async fn write(
    answer: &Answer,
    sending: &mut Sending,
    end: End,
    chunked: bool,
    wire: &Wire,
) -> io::Result<()> {
    wire.write_all(&head(answer, chunked)).await?;
    let mut left = match end {
        End::Truncated(after) | End::Reset(after) => after,
        End::Whole | End::Oversized(_) => u64::MAX,
    };
    while left > 0 {
        let Some(piece) = sending.next_up_to(left).await else { break };
        let piece = piece?;
        left -= piece.len() as u64;
        if chunked {
            wire.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
        }
        wire.write_all(&piece).await?;
        if chunked {
            wire.write_all(b"\r\n").await?;
        }
    }
    if let End::Oversized(extra) = end {
        let extra = vec![b'!'; usize::try_from(extra).unwrap_or(0)];
        wire.write_all(&extra).await?;
    }
    Ok(())
}

fn head(answer: &Answer, chunked: bool) -> Vec<u8> {
    let reason = answer.status.canonical_reason().unwrap_or("Unknown");
    let mut head =
        format!("HTTP/1.1 {} {reason}\r\nconnection: close\r\n", answer.status.as_u16()).into_bytes();
    if chunked {
        head.extend_from_slice(b"transfer-encoding: chunked\r\n");
    }
    if !answer.headers.iter().any(|(name, _)| name == "date") {
        head.extend(format!("date: {}\r\n", format(epoch_ms().div_euclid(1000), Form::Imf)).bytes());
    }
    for (name, value) in &answer.headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(b"\r\n");
    head
}
