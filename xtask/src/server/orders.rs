//! A small believable API, for the demo and for tests that want more than bytes: the orders of a furniture workshop.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::ledger::Ledger;
use super::log::{Captured, Head};
use super::script::{Content, Etag, Step};

/// Orders and Idempotency-Keys kept per scenario.
const MOST: usize = 500;
const FIRST_NUMBER: usize = 1042;
const LONGEST_TEXT: usize = 120;

/// Customer, item, quantity, price of one in cents, date, state.
type Row = (&'static str, &'static str, u64, u64, &'static str, &'static str);

const ROWS: [Row; 24] = [
    ("Mara Lindqvist", "Oak dining table, 180 cm", 1, 129_000, "2026-06-12", "in production"),
    ("Hotel Am Fluss", "Bedside table, walnut", 24, 18_900, "2026-06-12", "new"),
    ("Tomás Herrera", "Bookshelf, five boards", 2, 34_900, "2026-06-11", "new"),
    ("Anneke de Vries", "Bench with back, ash", 1, 45_500, "2026-06-11", "in production"),
    ("Kaffeerösterei Blum", "Bar stool, 75 cm", 12, 15_900, "2026-06-10", "ready"),
    ("Priya Raman", "Desk, height adjustable", 1, 89_900, "2026-06-10", "in production"),
    ("Oskar Nilsen", "Coat rack, five hooks", 1, 7_900, "2026-06-09", "shipped"),
    ("Library Westend", "Reading chair, wool", 8, 52_000, "2026-06-09", "in production"),
    ("Chiara Fontana", "Shoe cabinet, white oak", 1, 41_200, "2026-06-08", "ready"),
    ("Daniel Okafor", "Standing lamp, linen shade", 2, 16_400, "2026-06-08", "shipped"),
    ("Studio Nord", "Conference table, 320 cm", 1, 284_000, "2026-06-05", "in production"),
    ("Mei Tanaka", "Tea table, cherry", 1, 26_800, "2026-06-05", "shipped"),
    ("Lukas Brandt", "Oak dining table, 220 cm", 1, 159_000, "2026-06-04", "ready"),
    ("Elif Yılmaz", "Kitchen trolley", 1, 23_900, "2026-06-04", "delivered"),
    ("Kindergarten Sonnenhof", "Low stool, beech", 20, 4_900, "2026-06-03", "delivered"),
    ("Noah Williams", "Wall shelf, 90 cm", 3, 8_500, "2026-06-03", "shipped"),
    ("Zofia Kowalska", "Wardrobe, two doors", 1, 118_000, "2026-06-02", "delivered"),
    ("Restaurant Zur Linde", "Chair, bentwood", 40, 17_900, "2026-06-01", "in production"),
    ("Ines Carvalho", "Mirror, round, 60 cm", 1, 12_900, "2026-05-29", "delivered"),
    ("Samuel Cohen", "Writing desk, walnut", 1, 76_000, "2026-05-28", "delivered"),
    ("Freya Hansen", "Bed frame, 160 cm", 1, 98_500, "2026-05-27", "delivered"),
    ("Marek Novák", "Workbench, beech", 1, 64_000, "2026-05-26", "returned"),
    ("Amina Diallo", "Chest of drawers, four", 1, 57_900, "2026-05-22", "delivered"),
    ("George Papadakis", "Garden bench, larch", 2, 31_500, "2026-05-21", "delivered"),
];

/// The orders of one scenario, and what was saved under which key.
pub(super) struct Orders {
    orders: Vec<Value>,
    saved: HashMap<String, (String, Value)>,
    ledger: Ledger,
}

impl Default for Orders {
    fn default() -> Self {
        let newest = FIRST_NUMBER + ROWS.len() - 1;
        let orders = ROWS.iter().enumerate().map(|(age, row)| {
            let (customer, item, quantity, price, date, state) = *row;
            json!({
                "number": newest - age, "customer": customer, "item": item, "quantity": quantity,
                "total": quantity * price, "currency": "EUR", "date": date, "state": state,
            })
        });
        Self { orders: orders.collect(), saved: HashMap::new(), ledger: Ledger::default() }
    }
}

impl Orders {
    /// Answers a request below the scenario's root; amounts are in cents.
    pub(super) fn answer(&mut self, head: &Head, body: &Captured) -> Step {
        let path = head.path.strip_prefix("/api/").unwrap_or_default();
        let get = head.method == "GET" || head.method == "HEAD";
        match (get, head.method.as_str(), path.split_once('/')) {
            (true, _, None) if path == "orders" => self.list(head.query.as_deref().unwrap_or_default()),
            (true, _, None) if path == "session" => {
                let user = json!({ "name": "Mara Lindqvist", "role": "Order desk" });
                reply(StatusCode::OK, &json!({ "user": user, "team": "Workshop Lindqvist" }))
            }
            (true, _, Some(("orders", number))) => self.one(number),
            (_, "POST", None) if path == "orders" => self.save(head, body),
            (_, _, None) if path == "ledger" => self.ledger.answer(head, body, None),
            (_, _, Some(("ledger", lane))) => self.ledger.answer(head, body, Some(lane)),
            _ if path == "orders" || path == "session" => {
                problem(StatusCode::METHOD_NOT_ALLOWED, json!({ "title": "This cannot be done here" }))
            }
            _ => problem(StatusCode::NOT_FOUND, json!({ "title": "There is nothing at this address" })),
        }
    }

    fn list(&self, query: &str) -> Step {
        let words =
            query.split('&').find_map(|pair| pair.strip_prefix("q=")).unwrap_or_default().replace('+', " ");
        let words = percent_decode_str(&words).decode_utf8_lossy().to_lowercase();
        let found: Vec<_> = self
            .orders
            .iter()
            .filter(|order| {
                let shown = ["number", "customer", "item", "state", "date"]
                    .map(|name| order.get(name).map_or_else(String::new, plain).to_lowercase())
                    .join(" ");
                words.split_whitespace().all(|word| shown.contains(word))
            })
            .collect();
        let mut step = reply(StatusCode::OK, &json!({ "orders": found, "count": found.len() }));
        step.etag = Some(Etag::Content);
        step
    }

    fn one(&self, number: &str) -> Step {
        let number = number.parse::<u64>().ok();
        match self
            .orders
            .iter()
            .find(|order| number.is_some() && order.get("number").and_then(Value::as_u64) == number)
        {
            Some(order) => {
                let mut step = reply(StatusCode::OK, order);
                step.etag = Some(Etag::Content);
                step
            }
            None => problem(StatusCode::NOT_FOUND, json!({ "title": "There is no such order" })),
        }
    }

    /// Saves an order once per Idempotency-Key: the same again gets the same answer, another body under it is refused.
    fn save(&mut self, head: &Head, body: &Captured) -> Step {
        if !body.is_whole() {
            return problem(StatusCode::PAYLOAD_TOO_LARGE, json!({ "title": "This order is too long" }));
        }
        let key = head
            .headers
            .get("idempotency-key")
            .map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned());
        if let Some((digest, order)) = key.as_ref().and_then(|key| self.saved.get(key)) {
            if *digest != body.sha256 {
                let title = "This Idempotency-Key was used for another order";
                return problem(StatusCode::UNPROCESSABLE_ENTITY, json!({ "title": title }));
            }
            return created(order);
        }
        let Ok(wanted) = serde_json::from_slice::<Value>(&body.start) else {
            return problem(StatusCode::BAD_REQUEST, json!({ "title": "The order is not JSON" }));
        };
        let errors = mistakes(&wanted);
        if !errors.is_empty() {
            let title = "Some fields need another look";
            return problem(StatusCode::UNPROCESSABLE_ENTITY, json!({ "title": title, "errors": errors }));
        }
        if self.orders.len() >= MOST || self.saved.len() >= MOST {
            return problem(StatusCode::INSUFFICIENT_STORAGE, json!({ "title": "No room for more orders" }));
        }
        let quantity = wanted.get("quantity").and_then(Value::as_u64).unwrap_or(1);
        let text =
            |name: &str| wanted.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let order = json!({
            "number": FIRST_NUMBER + self.orders.len(), "customer": text("customer"), "item": text("item"),
            "quantity": quantity, "total": quantity * price(&text("item")), "currency": "EUR",
            "date": "2026-06-12", "state": "new",
        });
        self.orders.insert(0, order.clone());
        if let Some(key) = key {
            self.saved.insert(key, (body.sha256.clone(), order.clone()));
        }
        created(&order)
    }
}

/// What is wrong with an order, in the form of RFC 9457's `errors` example.
fn mistakes(order: &Value) -> Vec<Value> {
    let mut errors = Vec::new();
    let mut wrong = |name: &str, detail: &str| {
        errors.push(json!({ "pointer": format!("#/{name}"), "detail": detail }));
    };
    for (name, missing) in [("customer", "Say who the order is for"), ("item", "Say what is ordered")] {
        match order.get(name).and_then(Value::as_str).map(str::trim) {
            None | Some("") => wrong(name, missing),
            Some(text) if text.chars().count() > LONGEST_TEXT => wrong(name, "Use at most 120 characters"),
            Some(_) => {}
        }
    }
    match order.get("quantity") {
        None => {}
        Some(quantity) if quantity.as_u64().is_some_and(|quantity| (1..=500).contains(&quantity)) => {}
        Some(_) => wrong("quantity", "Choose a number from 1 to 500"),
    }
    errors
}

/// The list price in cents; what is not on the list costs as much as a simple chair.
fn price(item: &str) -> u64 {
    ROWS.iter().find(|row| row.1.eq_ignore_ascii_case(item)).map_or(17_900, |row| row.3)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn created(order: &Value) -> Step {
    let mut step = reply(StatusCode::CREATED, order);
    let place = format!("orders/{}", order.get("number").map_or_else(String::new, plain));
    step.headers.extend(HeaderValue::from_str(&place).ok().map(|value| (LOCATION, value)));
    step
}

pub(super) fn problem(status: StatusCode, mut document: Value) -> Step {
    if let Some(fields) = document.as_object_mut() {
        fields.insert("status".to_owned(), json!(status.as_u16()));
    }
    let mut step = reply(status, &document);
    step.headers.retain(|(name, _)| name != CONTENT_TYPE);
    step.headers.push((CONTENT_TYPE, HeaderValue::from_static("application/problem+json")));
    step
}

pub(super) fn reply(status: StatusCode, value: &Value) -> Step {
    let fixed = |name: HeaderName, value| (name, HeaderValue::from_static(value));
    Step {
        status: Some(status),
        headers: vec![fixed(CONTENT_TYPE, "application/json"), fixed(CACHE_CONTROL, "no-cache")],
        body: Content::Bytes(Bytes::from(value.to_string())),
        ..Step::default()
    }
}
