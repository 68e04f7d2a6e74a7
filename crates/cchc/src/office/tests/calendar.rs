//! The working calendar: days that an administrator adds, and takes away again.

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use test_support::on_both;

use super::house::House;

const PATH: &str = "/lam-viec/lich";
const DAYS: &str = "SELECT CAST(day AS TEXT) FROM calendar_day ORDER BY day";

on_both! {
    async fn the_two_days_of_a_swap_go_together_and_a_year_goes_as_a_whole(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let mut client = house.signed_in("quan.tri").await;
        let fixed = "01/01/2028; nghỉ lễ; Tết Dương lịch\n30/04/2028; nghỉ lễ; Ngày Chiến thắng\n01/05/2028; nghỉ lễ; Quốc tế Lao động\n\
                     02/09/2028; nghỉ lễ; Quốc khánh";
        let swap = "03/01/2028; nghỉ hoán đổi; Nghỉ Tết Dương lịch; 08/01/2028\n08/01/2028; làm bù; Làm bù Tết Dương lịch; 03/01/2028";
        let days = format!("{fixed}\n{swap}");
        let saved = client.post(PATH, &[("ngay", days.as_str()), ("nguon", "Thông báo thử")]).await;
        assert_eq!(saved.location(), format!("{PATH}?nam=2028"), "{}", saved.text);
        assert_eq!(house.lines(DAYS).await.len(), 6);
        let page = client.get(&format!("{PATH}?nam=2028")).await;
        assert!(page.shows("Bỏ ngày 03/01/2028 và ngày hoán đổi 08/01/2028 đã thêm"), "{}", page.text);
        let away = format!("{PATH}/2028-01-08/bo");
        let gone = client.send(&away, &page.form(&away)).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text);
        assert_eq!(house.lines(DAYS).await, ["2028-01-01", "2028-04-30", "2028-05-01", "2028-09-02"]);
        // A fixed day alone cannot go; the year can.
        let alone = format!("{PATH}/2028-04-30/bo");
        let refused = client.send(&alone, &client.get(&format!("{PATH}?nam=2028")).await.form(&alone)).await;
        assert!(refused.shows("Thiếu ngày lễ cố định 30/04/2028"), "{}", refused.text);
        let first = format!("{PATH}/2028-01-01/bo");
        let whole = client.post(&first, &[("ca-nam", "co")]).await;
        assert_eq!(whole.status, StatusCode::SEE_OTHER, "{}", whole.text);
        assert!(house.lines(DAYS).await.is_empty());
        let told = house.lines("SELECT thing FROM event WHERE kind = 'calendar_day' AND action = 'withdrawn'").await;
        assert_eq!(told.len(), 6, "each day has its event: {told:?}");
    }
}
