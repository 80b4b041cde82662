//! What the city's posted totals come to at 2023-12-31, in fen and counts (the demonstration's
//! headlines; see `published` for what the press says).

/// 村委会 with a line in force.
pub const CREDIT_VILLAGES: usize = 692;
/// Limits in force at the stage pre-approved or beyond: 125.92亿.
pub const PREAPPROVED_FEN: i64 = 1_259_200_000_000;
/// Limits in force at the stage granted or beyond: 70.90亿.
pub const GRANTED_FEN: i64 = 709_000_000_000;
/// The five households of 新屋村, in fen, together 113万.
pub const HAMLET_GRANTS_FEN: [i64; 5] = [30_000_000, 25_000_000, 22_000_000, 20_000_000, 16_000_000];
/// Loans of the product 海洋牧场贷 at 2023-12-31: 27.18亿.
pub const MARINE_BALANCE_FEN: i64 = 271_800_000_000;
/// Sum insured of policies starting in the year.
pub const SUM_INSURED_2022_FEN: i64 = 1_316_948_326_292;
pub const SUM_INSURED_2023_FEN: i64 = 1_620_900_000_000;
/// Paid in the year.
pub const PAYOUT_2022_FEN: i64 = 27_612_843_719;
pub const PAYOUT_2023_FEN: i64 = 47_900_000_000;
/// Villages with a 裕农通 point.
pub const POINT_VILLAGES: usize = 144;
/// 移动支付示范镇 recognised up to the end of 2022, and in 2023.
pub const DESIGNATED_BY_2022: usize = 15;
pub const DESIGNATED_IN_2023: usize = 13;
/// Specialists in post.
pub const SPECIALISTS: usize = 512;
