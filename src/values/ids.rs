//! Identifiers: each kind of thing has its own type, so that a voucher's id cannot be passed for a loan's.
//!
//! Facts made away from the office carry text ids (UUID version 7) chosen by whoever made them, so that a
//! phone sending twice is recognised; registers kept at the office carry integers chosen by the database.

use super::text::{Say, narrow};

/// Why a text is not an identifier of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifierError {
    /// Not a hyphenated UUID of 36 characters.
    NotAUuid,
    /// A UUID, but not of version 7, which the store relies on to keep ids in order of time.
    NotVersion7,
}

impl IdentifierError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            IdentifierError::NotAUuid => "identifier.not_a_uuid",
            IdentifierError::NotVersion7 => "identifier.not_version_7",
        }
    }

    /// The sentence for the person or program that sent it.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            IdentifierError::NotAUuid => Say::new(
                "编号格式不对，应为 36 位的 UUID。",
                "The identifier is not a hyphenated UUID of 36 characters.",
            ),
            IdentifierError::NotVersion7 => Say::new(
                "编号应为第 7 版 UUID。",
                "The identifier must be a UUID of version 7.",
            ),
        }
    }
}

impl std::fmt::Display for IdentifierError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for IdentifierError {}

/// Reads a hyphenated UUID of version 7 in either case and gives its lower-case form.
fn check_uuid7(text: &str) -> Result<String, IdentifierError> {
    let plain = narrow(text);
    if plain.len() != 36 {
        return Err(IdentifierError::NotAUuid);
    }
    let uuid = uuid::Uuid::try_parse(&plain).map_err(|_| IdentifierError::NotAUuid)?;
    let rfc = uuid.get_variant() == uuid::Variant::RFC4122;
    if !rfc || uuid.get_version_num() != 7 {
        return Err(IdentifierError::NotVersion7);
    }
    Ok(uuid.hyphenated().to_string())
}

/// A UUID of version 7 at a moment, with random bits from the operating system.
fn fresh_uuid7(now_ms: i64) -> String {
    let ms = u64::try_from(now_ms).unwrap_or_default();
    let nanos = u32::try_from(ms % 1_000).unwrap_or_default() * 1_000_000;
    let moment = uuid::Timestamp::from_unix(uuid::NoContext, ms / 1_000, nanos);
    uuid::Uuid::new_v7(moment).hyphenated().to_string()
}

/// A UUID of version 7 made of exactly these parts.
fn fixed_uuid7(now_ms: i64, random: [u8; 10]) -> String {
    let ms = u64::try_from(now_ms).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(ms, &random)
        .into_uuid()
        .hyphenated()
        .to_string()
}

/// What every checked text newtype does the same way: shown as it is, read from outside through its `parse`,
/// bound as `Text`, and taken from the database unchecked, where only checked ones were put.
macro_rules! checked_text {
    ($name:ident, $error:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;
            fn from_str(text: &str) -> Result<Self, $error> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;
            fn try_from(text: String) -> Result<Self, $error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                String::from_sql(bytes).map(Self)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                self.0.as_str().to_sql(out)
            }
        }
    };
}
pub(super) use checked_text;

/// Text identifiers: UUID version 7 inside, `Text` in the database, a checked string in JSON.
macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(
            diesel::AsExpression, diesel::FromSqlRow, serde::Serialize, serde::Deserialize,
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// A new id at `now_ms` (milliseconds since 1970, UTC), random otherwise.
            #[must_use]
            pub fn new(now_ms: i64) -> Self {
                Self(fresh_uuid7(now_ms))
            }

            /// The id made of exactly these parts; the same parts always give the same id.
            #[must_use]
            pub fn from_parts(now_ms: i64, random: [u8; 10]) -> Self {
                Self(fixed_uuid7(now_ms, random))
            }

            /// Reads an id that came from outside.
            ///
            /// # Errors
            /// When it is not a hyphenated UUID of version 7.
            pub fn parse(text: &str) -> Result<Self, IdentifierError> {
                check_uuid7(text).map(Self)
            }

            /// The id as lower-case text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        checked_text!($name, IdentifierError);
    )+};
}

/// Integer identifiers: bound as `$sql` (`BigInt` over `i64`, `Integer` over `i32`), a number in JSON.
macro_rules! number_ids {
    ($sql:ident, $int:ty; $($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(
            diesel::AsExpression, diesel::FromSqlRow, serde::Serialize, serde::Deserialize,
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
        )]
        #[diesel(sql_type = diesel::sql_types::$sql)]
        #[serde(transparent)]
        pub struct $name(pub $int);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, std::num::ParseIntError> {
                text.parse().map(Self)
            }
        }

        impl<DB: diesel::backend::Backend>
            diesel::deserialize::FromSql<diesel::sql_types::$sql, DB> for $name
        where
            $int: diesel::deserialize::FromSql<diesel::sql_types::$sql, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                <$int>::from_sql(bytes).map(Self)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::$sql, DB>
            for $name
        where
            $int: diesel::serialize::ToSql<diesel::sql_types::$sql, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                self.0.to_sql(out)
            }
        }
    )+};
}
pub(super) use number_ids;

text_ids! {
    /// A voucher (凭证), named by whoever wrote it.
    VoucherId;
    /// One submission of a command; the same id with the same content gets the same answer.
    CommandId;
    /// A client (主体): a household, farm, cooperative or firm.
    ClientId;
    /// A contract: a credit line (授信), a loan (借据) or a policy (保单).
    ContractId;
    /// Someone who signs in.
    UserId;
    /// A posting of one specialist to one village (派驻).
    AssignmentId;
}

number_ids! { BigInt, i64;
    /// A county's book (账套).
    BookId;
    /// A bank or insurer (机构).
    InstitutionId;
    /// A credit or insurance product (产品、险种).
    ProductId;
    /// A specialist (金融特派员).
    SpecialistId;
    /// A disaster (灾害) that claims are grouped by.
    DisasterId;
    /// Whatever a distinct count counts: one household, village or person, across books.
    SubjectId;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_are_uuid_version_7() {
        let id = VoucherId::new(1_700_000_000_123);
        assert_eq!(VoucherId::parse(id.as_str()), Ok(id.clone()));
        assert!(id.as_str().starts_with("018bcfe5-687b-7"), "{id}");
        assert_ne!(id, VoucherId::new(1_700_000_000_123));
        let fixed = ClientId::from_parts(1_700_000_000_000, [0; 10]);
        assert_eq!(fixed.as_str(), "018bcfe5-6800-7000-8000-000000000000");
    }

    #[test]
    fn other_texts_are_refused_by_name() {
        let refused = |text| CommandId::parse(text).map_err(|error| error.code());
        assert_eq!(refused(""), Err("identifier.not_a_uuid"));
        assert_eq!(
            refused("018bcfe568007000800000000000000000"),
            Err("identifier.not_a_uuid")
        );
        assert_eq!(
            refused("6f0c3a52-9f0b-4c58-9d3b-1f8c0c6b9c11"),
            Err("identifier.not_version_7")
        );
        let upper = CommandId::parse(" 018BCFE5-6800-7000-8000-00000000000A ");
        assert_eq!(
            upper.map(String::from),
            Ok("018bcfe5-6800-7000-8000-00000000000a".to_owned())
        );
    }

    #[test]
    fn json_is_checked_text_or_a_plain_number() {
        let id = UserId::from_parts(0, [7; 10]);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<UserId>(&json).unwrap(), id);
        assert!(serde_json::from_str::<UserId>("\"u1\"").is_err());
        assert_eq!(serde_json::to_string(&BookId(3)).unwrap(), "3");
        assert_eq!("42".parse::<ProductId>(), Ok(ProductId(42)));
    }

    proptest! {
        #[test]
        fn later_ids_sort_later(a in 0_i64..1 << 47, b in 0_i64..1 << 47, random: [u8; 10]) {
            let (first, second) = (VoucherId::from_parts(a, random), VoucherId::from_parts(b, random));
            prop_assert_eq!(first.cmp(&second), a.cmp(&b));
            prop_assert_eq!(VoucherId::parse(first.as_str()), Ok(first));
        }
    }
}
