//! What every file says of itself.

use serde::{Deserialize, Serialize};

use crate::values::Lang;

/// What a file says of itself, so that whoever holds it alone can find where it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The edition its figures are of; none while the month is open.
    pub edition: Option<i32>,
    /// What was asked, as printed: label and value.
    pub filters: Vec<(String, String)>,
    /// What the figures rest on: the moment of closing, or of reading.
    pub as_of: String,
    /// The program and its version.
    pub program: String,
    /// The check code as printed; empty for what is not an issued report.
    pub check_code: String,
}

impl Stamp {
    /// Whether it says anything: a table that was not issued bears none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.program.is_empty()
    }

    /// 第1版, or that the figures are of no edition.
    #[must_use]
    pub fn edition_text(&self, lang: Lang) -> String {
        match (self.edition, lang) {
            (Some(number), Lang::Zh) => format!("第{number}版"),
            (Some(number), Lang::En) => format!("edition {number}"),
            (None, _) => lang.t("未定版（未关账）", "no edition (not closed)").to_owned(),
        }
    }

    /// All it says, label and value, in the order printed.
    #[must_use]
    pub fn labelled(&self, lang: Lang) -> Vec<(String, String)> {
        if self.is_empty() {
            return Vec::new();
        }
        let own = |label: &str, value: &str| (label.to_owned(), value.to_owned());
        let mut all = vec![own(lang.t("版次", "Edition"), &self.edition_text(lang))];
        all.extend(self.filters.iter().cloned());
        all.push(own(lang.t("截至", "As of"), &self.as_of));
        all.push(own(lang.t("程序", "Program"), &self.program));
        if !self.check_code.is_empty() {
            all.push(own(lang.t("校验码", "Check code"), &self.check_code));
        }
        all
    }

    /// The lines under a sheet: what it is, and its check code with where to type it.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let labelled = self.labelled(lang);
        let colon = lang.t("：", ": ");
        let mut lines = Vec::new();
        let told: Vec<String> = labelled
            .iter()
            .filter(|(_, value)| *value != self.check_code)
            .map(|(label, value)| format!("{label}{colon}{value}"))
            .collect();
        if !told.is_empty() {
            lines.push(told.join(lang.t("　", "  ")));
        }
        if !self.check_code.is_empty() {
            lines.push(format!(
                "{}{colon}{}{}",
                lang.t("校验码", "Check code"),
                self.check_code,
                lang.t(
                    "（在本系统“核对文件”页 /verify 输入校验码和行次，可核对真伪并打开该行明细）",
                    " (type it with a row number on this office's page /verify to see whether it is genuine and what the row is made of)",
                )
            ));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_issued_bears_no_stamp() {
        assert!(Stamp::default().lines(Lang::Zh).is_empty());
        let stamp = Stamp {
            edition: Some(2),
            filters: vec![("范围".to_owned(), "鹤山市".to_owned())],
            as_of: "2024-01-04 09:00".to_owned(),
            program: "Cunxin 0.1.0".to_owned(),
            check_code: "0000-0000-0000-0000-0000".to_owned(),
        };
        let lines = stamp.lines(Lang::Zh);
        assert_eq!(
            lines[0],
            "版次：第2版　范围：鹤山市　截至：2024-01-04 09:00　程序：Cunxin 0.1.0"
        );
        assert!(lines[1].starts_with("校验码：0000-0000-0000-0000-0000"));
    }
}
