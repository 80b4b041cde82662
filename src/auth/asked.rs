//! What an address asks for beside its path: nothing, something known, or a refusal. A word that is not known is
//! never passed over, for the page would then show more than was asked.

use crate::error::Error;
use crate::values::{Say, Text};

/// Reads one parameter; none when it is empty.
///
/// # Errors
/// Refused, naming the parameter, when `read` does not know the word.
pub fn asked<T>(what: Text, text: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    read(text).map(Some).ok_or_else(|| {
        let say = Say::new(
            format!("没有这样的{}：“{text}”。请返回，从页面上重新选。", what.zh),
            format!(
                "There is no {} “{text}”. Go back and choose again on the page.",
                what.en.to_lowercase()
            ),
        );
        Error::refuse("address.unknown", "", say)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_is_refused_and_none_is_none() {
        let unit = Text::new("单位", "Unit");
        let read = |text: &str| text.parse::<u8>().ok();
        assert_eq!(asked(unit, " ", read).unwrap(), None);
        assert_eq!(asked(unit, "7", read).unwrap(), Some(7));
        let refused = asked(unit, "x", read).unwrap_err();
        assert!(refused.issues()[0].say.zh.contains("单位：“x”"));
    }
}
