//! Addresses of our own pages: a path with its query, one parameter changed at a time.

/// Percent-encodes `text` for a query value: letters, digits and `-_.~` stay (RFC 3986, 2.3), the rest is
/// encoded byte by byte.
#[must_use]
pub fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

/// `path` with the query parameter `key` set to `value`, the others kept in their order.
///
/// `key` is one of our own parameter names and is written as it stands.
#[must_use]
pub fn with(path: &str, key: &str, value: &str) -> String {
    let bare = without(path, key);
    let joint = if bare.contains('?') { '&' } else { '?' };
    format!("{bare}{joint}{key}={}", encode(value))
}

/// `path` without the query parameter `key`.
#[must_use]
pub fn without(path: &str, key: &str) -> String {
    let Some((before, query)) = path.split_once('?') else {
        return path.to_owned();
    };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(key))
        .collect();
    if kept.is_empty() {
        before.to_owned()
    } else {
        format!("{before}?{}", kept.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_replaced_and_the_others_stay() {
        assert_eq!(with("/totals", "page", "2"), "/totals?page=2");
        assert_eq!(
            with("/totals?page=1&month=2023-12", "page", "2"),
            "/totals?month=2023-12&page=2"
        );
        assert_eq!(without("/totals?page=1", "page"), "/totals");
        assert_eq!(without("/totals?pages=1", "page"), "/totals?pages=1");
    }

    #[test]
    fn what_would_end_a_value_is_encoded() {
        assert_eq!(encode("/a?b=c&d"), "%2Fa%3Fb%3Dc%26d");
        assert_eq!(encode("村"), "%E6%9D%91");
        assert_eq!(with("/x", "q", "a&b\"<"), "/x?q=a%26b%22%3C");
    }
}
