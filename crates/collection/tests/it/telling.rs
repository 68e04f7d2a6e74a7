//! Who is told of a collection, at each step and before its deadline.

use chrono::TimeDelta;
use collection::actions::{close, make, open, send_back, submit};
use test_support::on_both;

use crate::house::House;

on_both! {
    async fn each_step_and_each_deadline_is_told_once(house: House) {
        let now = house.world.now();
        let key = make(house.ground(), &house.program(), &house.asked()).await.unwrap();
        assert_eq!(house.told().await, [""; 0], "a draft concerns nobody yet");

        open(house.ground(), &house.program(), &key).await.unwrap();
        let of_unit = |kind: &str| ["head", "officer", "stands-in"].map(|account| format!("{account} {kind}"));
        assert_eq!(house.told().await, of_unit("assigned"));

        submit(house.ground(), &house.program(), &key, "d").await.unwrap();
        assert_eq!(house.told().await, ["reform for-approval"]);
        send_back(house.ground(), &house.program(), &key, "d", "thiếu minh chứng", None).await.unwrap();
        assert_eq!(house.told().await, of_unit("returned"));
        submit(house.ground(), &house.program(), &key, "d").await.unwrap();
        assert_eq!(house.told().await, ["reform for-approval"], "handed in again, it waits again");
        send_back(house.ground(), &house.program(), &key, "d", "vẫn thiếu", None).await.unwrap();
        assert_eq!(house.told().await, of_unit("returned"));

        house.remind(1).await;
        assert_eq!(house.told().await, [""; 0], "the deadline is far");
        *house.clock.lock().unwrap() = now + TimeDelta::days(8);
        house.remind(2).await;
        assert_eq!(house.told().await, of_unit("due-soon"));
        *house.clock.lock().unwrap() = now + TimeDelta::days(9);
        house.remind(3).await;
        assert_eq!(house.told().await, [""; 0], "they know");
        *house.clock.lock().unwrap() = now + TimeDelta::days(11);
        house.remind(4).await;
        assert_eq!(house.told().await, of_unit("late"));

        close(house.ground(), &house.program(), &key).await.unwrap();
        *house.clock.lock().unwrap() = now + TimeDelta::days(12);
        house.remind(5).await;
        assert_eq!(house.told().await, [""; 0], "a closed collection reminds nobody");
        open(house.ground(), &house.program(), &key).await.unwrap();
        assert_eq!(house.told().await, of_unit("assigned"), "opened again is another opening");
    }
}
