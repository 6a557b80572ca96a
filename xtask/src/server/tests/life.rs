//! Ports, hostile bytes, and the end of the server.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use super::client::{Client, get, put};
use super::server;
use crate::server::{Config, start};

fn address(origin: &str) -> &str {
    origin.strip_prefix("http://").unwrap()
}

#[tokio::test]
async fn a_used_port_makes_way_and_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let server = start(Config { port, ..Config::default() }).await.unwrap();
    let found = address(&server.addresses.first).rsplit(':').next().unwrap().parse::<u16>().unwrap();
    assert!(found > port && found <= port + 100, "{found} for {port}");
    assert_eq!(server.note, Some(format!("port {port} is in use, took {found}")));
    drop(taken);
    server.stop().await;
    let server = start(Config { port, ..Config::default() }).await.unwrap();
    assert_eq!((server.addresses.first, server.note), (format!("http://127.0.0.1:{port}"), None));
}

#[tokio::test]
async fn one_address_refuses() {
    let server = server().await;
    let error = TcpStream::connect(address(&server.addresses.refused)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    let taken = TcpListener::bind(address(&server.addresses.refused)).await.unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AddrInUse, "and stays reserved");
}

#[tokio::test]
async fn only_the_loopback_interface_is_served() {
    let server = server().await;
    for origin in [&server.addresses.first, &server.addresses.second, &server.addresses.refused] {
        assert!(origin.starts_with("http://127.0.0.1:"), "{origin}");
    }
}

#[tokio::test]
async fn it_stops_by_itself_when_nobody_asks() {
    let idle_stop = Some(Duration::from_millis(700));
    let mut server = start(Config { idle_stop, ..Config::default() }).await.unwrap();
    put(&server, "a", &json!({ "steps": [{ "silence": 1600 }] })).await;
    let start = Instant::now();
    let mut client = Client::connect(&server.addresses.first).await;
    client.send("GET /s/a", &[], b"").await;
    timeout(Duration::from_secs(10), server.wait()).await.expect("it never stops");
    assert!(
        start.elapsed() >= Duration::from_millis(2200),
        "a request under way counts: {:?}",
        start.elapsed()
    );
    let error = TcpStream::connect(address(&server.addresses.first)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn stopping_cuts_what_is_open() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "silence": true }] })).await;
    let mut client = Client::connect(&server.addresses.first).await;
    client.send("GET /s/a", &[], b"").await;
    sleep(Duration::from_millis(100)).await;
    timeout(Duration::from_secs(2), server.stop()).await.expect("stopping waits for nobody");
    assert!(client.answer().await.is_err());
}

#[tokio::test]
async fn dropping_stops_it() {
    let server = server().await;
    let first = server.addresses.first.clone();
    get(&first, "/_server").await;
    drop(server);
    sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(address(&first)).await.is_err());
}

#[tokio::test]
async fn hostile_bytes_do_no_harm() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "echo": true, "etag": true, "ranges": true }] })).await;
    let long = format!("GET /s/a HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "y".repeat(1 << 20));
    let many = format!("GET /s/a HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(5000));
    let heads: [&[u8]; 12] = [
        b"\0\0\0\0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /s/a HTTP/9.9\r\n\r\n",
        b"GET /s/%zz/%/\xff HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /s/a HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
        b"POST /s/a HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabc",
        b"POST /s/a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        b"GET /s/a HTTP/1.1\r\nhost: x\r\nrange: bytes=99999999999999999999-\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nhost: x\r\norigin: x\r\naccess-control-request-method: \xff\r\n\r\n",
        long.as_bytes(),
        many.as_bytes(),
    ];
    for head in heads {
        let mut stream = TcpStream::connect(address(&server.addresses.first)).await.unwrap();
        let _ = stream.write_all(head).await;
        sleep(Duration::from_millis(5)).await;
    }
    let answer = get(&server.addresses.first, "/s/a").await;
    assert_eq!(answer.status, 200);
}
