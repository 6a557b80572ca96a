//! What must not leave, and where it may turn up. The samples are all pairs of the two, and some written by hand.

/// A text, and what of it must not be left.
pub struct Sample {
    pub text: String,
    pub secrets: Vec<String>,
}

/// Secrets by what they are. Parts that matter by themselves stand behind a bar.
const SECRETS: &[&str] = &[
    // Tokens of well-known services, made up.
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy",
    "AKIAIOSFODNN7EXAMPLE",
    "AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe",
    "glpat-Zs9qK_4vWxYbT2mNcR7d",
    "npm_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "dGhpcyBpcyBhIHNlY3JldCB0b2tlbg==",
    "wJalrXUtnFEMIKbPxRfiCYEXAMPLEKEYabcdef",
    "0x4e3a3754410177e6937ef1f0e2d3b6f3a1c8d9e0",
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    // JWTs.
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5hIn0.",
    // E-mail addresses.
    "anna.schmidt@example.org",
    "anna+news@mail.example.co.uk",
    "ANNA@EXAMPLE.ORG",
    "\u{fc}nal@b\u{fc}cher.example",
    "anna%40example.org",
    "anna\u{ff20}example.org",
    "an\u{ad}na@exam\u{200b}ple.org",
    "\u{7528}\u{6237}@example.cn",
    // Cards, by brand, with and without what stands between digits.
    "4111111111111111",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "5555.5555.5555.4444",
    "378282246310005",
    "3782 822463 10005",
    "6011000990139424",
    "4222222222222",
    "\u{ff14}\u{ff11}\u{ff11}\u{ff11}\u{ff11}\u{ff11}\u{ff11}\u{ff11}\u{ff11}\u{ff11}\u{ff11}\u{ff11}\u{ff11}\u{ff11}\u{ff11}\u{ff11}",
    // Other long numbers: phones, accounts, national ones, in other scripts.
    "+49 170 1234567",
    "(555) 867-5309",
    "+1-202-555-0143",
    "DE89 3704 0044 0532 0130 00",
    "123-45-6789",
    "078-05-1120",
    "1234567890123",
    "\u{660}\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}\u{667}\u{668}",
    "987654321",
    // The same in digits of more scripts and styles, and mixed.
    "\u{9ea}\u{9e7}\u{9e7}\u{9e7}\u{9e7}\u{9e7}\u{9e7}\u{9e7}\u{9e7}\u{9e7}\u{9e7}\u{9e7}\u{9e7}\u{9e7}\u{9e7}\u{9e7}",
    "\u{e54}\u{e51}\u{e51}\u{e51}\u{e51}\u{e51}\u{e51}\u{e51}\u{e51}\u{e51}\u{e51}\u{e51}\u{e51}\u{e51}\u{e51}\u{e51}",
    "\u{96a}\u{967}\u{967}\u{967}\u{967}\u{967}\u{967}\u{967}\u{967}\u{967}\u{967}\u{967}\u{967}\u{967}\u{967}\u{967}",
    "\u{bea}\u{be7}\u{be7}\u{be7}\u{be7}\u{be7}\u{be7}\u{be7}\u{be7}\u{be7}\u{be7}\u{be7}\u{be7}\u{be7}\u{be7}\u{be7}",
    "\u{1040}\u{1041}\u{1047}\u{1040}\u{1041}\u{1042}\u{1043}\u{1044}\u{1045}\u{1046}\u{1047}",
    "\u{1d7d2}\u{1d7cf}\u{1d7cf}\u{1d7cf}\u{1d7cf}\u{1d7cf}\u{1d7cf}\u{1d7cf}\u{1d7cf}\u{1d7cf}\u{1d7cf}\u{1d7cf}\u{1d7cf}\u{1d7cf}\u{1d7cf}\u{1d7cf}",
    "\u{1d7dc}\u{1d7d9}\u{1d7d9}\u{1d7d9}\u{1d7d9}\u{1d7d9}\u{1d7d9}\u{1d7d9}\u{1d7d9}\u{1d7d9}\u{1d7d9}\u{1d7d9}\u{1d7d9}\u{1d7d9}\u{1d7d9}\u{1d7d9}",
    "\u{1d7fa}\u{1d7f7}\u{1d7f7}\u{1d7f7}\u{1d7f7}\u{1d7f7}\u{1d7f7}\u{1d7f7}\u{1d7f7}\u{1d7f7}\u{1d7f7}\u{1d7f7}\u{1d7f7}\u{1d7f7}\u{1d7f7}\u{1d7f7}",
    "\u{6f4}\u{6f1}\u{6f1}\u{6f1}\u{6f1}\u{6f1}\u{6f1}\u{6f1}\u{6f1}\u{6f1}\u{6f1}\u{6f1}\u{6f1}\u{6f1}\u{6f1}\u{6f1}",
    "\u{9e6}\u{9e7}\u{9ed}\u{9e6} \u{9e7}\u{9e8}\u{9e9} \u{9ea}\u{9eb} \u{9ec}\u{9ed}",
    "\u{ff14}\u{ff11}\u{ff11}\u{ff11} \u{ff11}\u{ff11}\u{ff11}\u{ff11} \u{661}\u{661}\u{661}\u{661} \u{661}\u{661}\u{661}\u{661}",
    "\u{2461}\u{2462}\u{2463}\u{2464}\u{2465}\u{2466}",
    "\u{2074}\u{b9}\u{b9}\u{b2}\u{b3}\u{2075}",
    "\u{1d42c}\u{1d424}_live_4eC39HqLyjWD",
    // Whatever stands between.
    "4111|1111|1111|1111",
    "4111;1111;1111;1111",
    "4111\u{b7}1111\u{b7}1111\u{b7}1111",
    "4111~1111~1111~1111",
    "4111 \u{2022} 1111 \u{2022} 1111 \u{2022} 1111",
    "4111    1111    1111    1111",
    "4111\r\n\r\n1111\r\n\r\n1111\r\n\r\n1111",
    "079'123'45'67",
    "079\u{2019}123\u{2019}45\u{2019}67",
    "\u{ab}079\u{bb} \u{ab}123\u{bb} \u{ab}45\u{bb}",
    "[4,1,1,1,1,1]",
    "\"4\", \"1\", \"7\", \"1\", \"9\"",
    // On keys, in circles, in brackets, with a full stop or a comma; with marks on them and fillers between.
    "4\u{fe0f}\u{20e3}1\u{fe0f}\u{20e3}1\u{fe0f}\u{20e3}1\u{fe0f}\u{20e3}1\u{fe0f}\u{20e3}9\u{fe0f}\u{20e3}",
    "\u{2783}\u{2780}\u{2781}\u{2782}\u{2788}\u{2784}",
    "\u{278d}\u{278a}\u{278b}\u{278c}\u{2792}\u{278e}",
    "\u{24f8}\u{24f5}\u{24f6}\u{24f7}\u{24fd}\u{24ff}",
    "\u{2477}\u{2474}\u{2475}\u{2476}\u{247c}\u{2478}",
    "\u{248b}\u{2488}\u{2489}\u{248a}\u{2490}\u{248c}",
    "\u{1f105}\u{1f102}\u{1f10b}\u{1f10c}\u{1f100}\u{1f10a}",
    "4\u{301}1\u{301}7\u{301}1\u{301}9\u{301}2\u{301}",
    "4\u{3164}1\u{3164}7\u{3164}1\u{3164}9\u{3164}2",
    // Identifiers.
    "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "3F2504E0-4F89-11D3-9A0C-0305E82C3301",
    "507f1f77bcf86cd799439011",
    "A1B2C3D4",
    "cus_9s6XKzkNRiz8i3",
    "192.168.17.34",
    "10.0.0.7",
    "2001:db8:85a3::8a2e:370:7334",
    "fe80::1ff:fe23:4567:890a",
    "00:1B:44:11:3A:B7",
    // Addresses.
    "https://anna:hunter2@api.example.com/orders/17?token=abc",
    "https://api.example.com/users/anna?email=a@b.c#frag",
    "/orders/4711?session=kJ8s7dh3&user=anna",
    "/users/anna/letters",
    "C:\\Users\\anna\\secret.txt",
    "/home/anna/.ssh/id_rsa",
    "mailto:anna@example.org",
    "tel:+491701234567",
    "data:text/plain;base64,c2VjcmV0",
    "?user=anna&city=bonn",
    "user=anna",
    "lang=de&user=anna",
];

/// Where a secret turns up; `%` is its place.
const PLACES: &[&str] = &[
    "%",
    "could not load %.",
    "Error: % was refused",
    "{\"id\":\"%\",\"ok\":false}",
    "<p>Hello %, welcome</p>",
    "(%)",
    "Authorization: Bearer %",
];

/// Texts in which only the context says what is secret.
const BY_HAND: &[(&str, &[&str])] = &[
    ("password: hunter", &["hunter"]),
    ("password = hunter", &["hunter"]),
    ("{\"password\":\"hunter\"}", &["hunter"]),
    ("{\"password\" : \"hunter\", \"a\": 1}", &["hunter"]),
    ("the password is hunter2", &["hunter2"]),
    ("Password:hunter", &["hunter"]),
    ("PIN 1234 is wrong", &["1234"]),
    ("your code: 8421", &["8421"]),
    ("otp=8421", &["8421"]),
    ("Cookie: sid=ab; theme=dark", &["ab;", "dark"]),
    ("Set-Cookie: theme=dark; Path=/", &["dark"]),
    ("Authorization: Basic YW5uYTpwdw==", &["YW5uYTpwdw"]),
    ("authorization: bearer shortone", &["shortone"]),
    ("x-api-key: short", &[]),
    ("api_key: short", &["short"]),
    ("secret:short", &["short"]),
    ("user: anna", &["anna"]),
    ("username=anna", &["anna"]),
    ("login anna7 failed", &["anna7"]),
    ("name: Anna", &["Anna"]),
    ("phone: none", &["none"]),
    ("token=abc", &["abc"]),
    ("SELECT * FROM users WHERE email='a@b.c'", &["a@b.c"]),
    ("at https://a.example/x?y=1:2:3", &["y=1"]),
    ("GET /users/anna/orders/17 HTTP/1.1", &["anna", "/17"]),
    ("two cards 4111111111111111, 5555555555554444", &["4111", "4444"]),
    ("4111 1111 1111 1111 exp 12/29", &["1111", "12/29"]),
    ("a@b.c d@e.f", &["a@b", "d@e"]),
    ("https://a.example/a https://b.example/reset/abcdef", &["abcdef"]),
    ("id 12345", &["12345"]),
    ("order\u{a0}1234567", &["1234567"]),
    ("12\u{2009}34\u{2009}56\u{2009}78", &["34", "78"]),
    ("1 2 3 4 5 6 7 8", &["5 6"]),
    ("call 0170/123 45 67", &["0170", "45"]),
    ("4\u{200d}1\u{200d}1\u{200d}1\u{200d}1\u{200d}1\u{200d}1", &["1111"]),
    ("born 1984-03-17", &["1984", "03-17"]),
    ("\u{202e}gro.elpmaxe@anna\u{202c}", &["elpmaxe", "anna"]),
    ("javascript:alert(document.cookie)", &["document.cookie:"]),
    ("blob:https://a.example/3f2504e0-4f89-11d3-9a0c-0305e82c3301", &["3f2504e0"]),
    ("file:///home/anna/notes", &["anna"]),
];

/// All samples.
pub fn samples() -> Vec<Sample> {
    let mut all = vec![];
    for secret in SECRETS {
        for place in PLACES {
            all.push(Sample { text: place.replace('%', secret), secrets: telling(secret) });
        }
    }
    for (text, secrets) in BY_HAND {
        all.push(Sample {
            text: (*text).into(),
            secrets: secrets.iter().map(|part| (*part).into()).collect(),
        });
    }
    all
}

/// What of a secret must be gone: itself, names and numbers within it, its longer parts.
fn telling(secret: &str) -> Vec<String> {
    let mut parts = vec![secret.to_owned()];
    for part in secret.split(|character: char| !character.is_alphanumeric()) {
        let digits = part.chars().filter(|character| character.is_numeric()).count();
        let host = ["example", "https", "base64", "text", "plain", "Users", "orders", "letters", "secret"];
        let known = host.iter().any(|word| part.eq_ignore_ascii_case(word)) || part == "api";
        if !known && (part.len() >= 6 || digits >= 4 || part.eq_ignore_ascii_case("anna")) {
            parts.push(part.to_owned());
        }
    }
    parts
}
