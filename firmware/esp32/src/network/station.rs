//! A Wi-Fi network that is joined, and joined again.

use super::{TAG, spawn};
use dunlin_esp32_config as config;
use embassy_executor::Spawner;
use embassy_time::{Duration, Timer, with_timeout};
use esp_radio::wifi::sta::StationConfig;
use esp_radio::wifi::{AuthenticationMethodConfig, Config, ConnectionError, WifiController};

/// What the radio is told.
pub(super) fn radio() -> Config {
    let ssid = config::WIFI_SSID.try_into().unwrap_or_default();
    let station = StationConfig::default().with_ssid(ssid);
    Config::Station(station.with_authentication(authentication(config::WIFI_PASSWORD)))
}

/// WPA2, or open without a password.
pub(super) fn authentication(password: &str) -> AuthenticationMethodConfig {
    match password.try_into() {
        Ok(_) if password.is_empty() => AuthenticationMethodConfig::Open,
        Ok(password) => AuthenticationMethodConfig::Wpa2Personal(password),
        // A longer one does not get through the checks of the options.
        Err(_) => AuthenticationMethodConfig::Open,
    }
}

/// Joins the network from now on.
pub(super) fn start(spawner: Spawner, controller: WifiController<'static>) {
    spawn(spawner, stay_joined(controller));
}

#[embassy_executor::task]
async fn stay_joined(mut controller: WifiController<'static>) -> ! {
    let mut pause = SHORTEST_PAUSE;
    loop {
        log::info!(target: TAG, "Joining '{}'", config::WIFI_SSID);
        if join(&mut controller).await {
            pause = SHORTEST_PAUSE;
            wait_until_left(&controller).await;
        }
        log::info!(target: TAG, "Trying again in {} s", pause.as_secs());
        Timer::after(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn join(controller: &mut WifiController<'static>) -> bool {
    match with_timeout(LONGEST_ATTEMPT, controller.connect_async()).await {
        Ok(Ok(joined)) => {
            log::info!(target: TAG, "Joined '{}', channel {}", config::WIFI_SSID, joined.channel);
            return true;
        }
        Ok(Err(ConnectionError::Failed(why))) => {
            log::warn!(target: TAG, "Not joined: {:?}, {} dBm", why.reason, why.rssi);
        }
        Ok(Err(error)) => log::warn!(target: TAG, "Not joined: {error:?}"),
        Err(_) => {
            log::warn!(target: TAG, "Not joined: no answer in {} s", LONGEST_ATTEMPT.as_secs());
            let _ = with_timeout(LONGEST_ATTEMPT, controller.disconnect_async()).await;
        }
    }
    false
}

/// Returns when the network was left, also when the event that tells it got
/// lost in the driver's short queue.
async fn wait_until_left(controller: &WifiController<'static>) {
    while controller.is_connected() {
        if let Ok(left) = with_timeout(CHECK, controller.wait_for_disconnect_async()).await {
            match left {
                Ok(why) => {
                    log::warn!(target: TAG, "Left '{}': {:?}", config::WIFI_SSID, why.reason)
                }
                Err(error) => log::warn!(target: TAG, "Left '{}': {error:?}", config::WIFI_SSID),
            }
            return;
        }
    }
    log::warn!(target: TAG, "Left '{}'", config::WIFI_SSID);
}

const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(32);
const LONGEST_ATTEMPT: Duration = Duration::from_secs(20);
const CHECK: Duration = Duration::from_secs(5);
