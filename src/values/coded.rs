//! Words that are stored and sent as a code and shown as a name: one line per member.

/// Makes an enum of such words, with `EVERY`, `code`, `parse` and `name`.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $member:ident = $code:literal, $text:expr;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$of])* $member,)+ }

        impl $name {
            /// Every member, in order.
            pub const EVERY: [$name; [$($name::$member,)+].len()] = [$($name::$member,)+];

            /// The stored code, which is also the code in addresses and files.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $($name::$member => $code,)+ }
            }

            /// Reads the stored code.
            #[must_use]
            pub fn parse(code: &str) -> Option<$name> {
                $name::EVERY.into_iter().find(|member| member.code() == code)
            }

            /// What people call it.
            #[must_use]
            pub const fn name(self) -> $crate::values::Text {
                match self { $($name::$member => $text,)+ }
            }
        }
    };
}

pub(crate) use coded;
