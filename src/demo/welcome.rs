//! What the terminal says when the demonstration is ready.

use crate::auth::Account;

/// The address, the sign-ins and the first three things to try.
pub fn welcome(address: &str, accounts: &[Account]) -> Vec<String> {
    let mut lines = vec![
        String::new(),
        format!("  村信 Cunxin · 演示数据 demonstration    {address}"),
        String::new(),
        "  登录页上点一下角色即可进入，或用下面的账号（密码都是 cunxin-demo）：".to_owned(),
        "  Click a role on the sign-in page, or use these (password cunxin-demo):".to_owned(),
    ];
    for account in accounts.iter().filter(|account| account.one_click) {
        let role = account.role().map_or("", |role| role.name().zh);
        lines.push(format!("    {:<12} {role} {}", account.login, account.name));
    }
    lines.extend(
        [
            "",
            "  先试三件事 Three things to try first:",
            "    1. 县级审核（台山）：打开待审核清单，找出写错的一张（160 万应为 16 万），退回。",
            "       County reviewer (Taishan): find the wrong sheet (1,600,000 for 160,000) and return it.",
            "    2. 特派员：在手机大小的窗口里给一户授信，提交前看大写金额。",
            "       Specialist: record a grant in a phone-sized window; read the capitals before sending.",
            "    3. 市级查阅：从全市 70.90 亿一直点到新屋村的五户，再下载综合月报。",
            "       City reader: walk from the city's 70.90亿 down to 新屋村's five households; download the workbook.",
            "",
            "  Ctrl+C 结束 stops it.",
        ]
        .map(str::to_owned),
    );
    lines
}
