"""Times as IOS writes them. The box's time zone is UTC."""

from datetime import UTC, datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_WEEK, _YEAR = 7 * _DAY, 365 * _DAY


def _utc(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def long_time(epoch: float) -> str:
    """Return e.g. `00:20:27 UTC Sat Nov 20 2021`."""
    moment = _utc(epoch)
    return f"{moment:%H:%M:%S} UTC {moment:%a %b} {moment.day} {moment:%Y}"


def clock_time(epoch: float) -> str:
    """Return what `show clock` prints; the star says that the time is not authoritative."""
    moment = _utc(epoch)
    milliseconds = moment.microsecond // 1000
    return f"*{moment:%H:%M:%S}.{milliseconds:03} UTC {moment:%a %b} {moment.day} {moment:%Y}"


def log_time(epoch: float) -> str:
    """Return the stamp of a log line, e.g. `*May  4 14:05:35.179`."""
    moment = _utc(epoch)
    return f"*{moment:%b} {moment.day:>2} {moment:%H:%M:%S}.{moment.microsecond // 1000:03}"


def directory_time(epoch: float) -> str:
    """Return the time of a file in `dir`, e.g. `Apr 22 2016 12:36:24 +00:00`."""
    moment = _utc(epoch)
    return f"{moment:%b} {moment.day:>2} {moment:%Y %H:%M:%S} +00:00"


def file_time(epoch: float) -> str:
    """Return the stamp in an archive's file name, e.g. `May--4-13-16-19.360`."""
    moment = _utc(epoch)
    day = f"{moment.day:->2}"
    return f"{moment:%b}-{day}-{moment:%H-%M-%S}.{moment.microsecond // 1000:03}"


def age(seconds: float) -> str:
    """Return an age as routing prints it: `01:54:14`, `1d05h`, `3w6d`, `1y10w`."""
    whole = max(0, int(seconds))
    if whole < _DAY:
        return f"{whole // _HOUR:02}:{whole % _HOUR // _MINUTE:02}:{whole % _MINUTE:02}"
    if whole < _WEEK:
        return f"{whole // _DAY}d{whole % _DAY // _HOUR:02}h"
    if whole < _YEAR:
        return f"{whole // _WEEK}w{whole % _WEEK // _DAY}d"
    return f"{whole // _YEAR}y{whole % _YEAR // _WEEK}w"


def uptime(seconds: float) -> str:
    """Return an age in words, e.g. `2 hours, 5 minutes`."""
    minutes = max(0, int(seconds)) // _MINUTE
    parts = [(minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]
    shown = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return ", ".join(shown) or "0 minutes"


def peak_time(epoch: float) -> str:
    """Return e.g. `16:43:10 Dec 7 2020 UTC`."""
    moment = _utc(epoch)
    return f"{moment:%H:%M:%S %b} {moment.day} {moment:%Y} UTC"


def precise_age(seconds: float) -> str:
    """Return e.g. `01:56:24.568`; days are counted in hours."""
    whole = max(0, int(seconds))
    thousandths = int((max(0.0, seconds) - whole) * 1000)
    return (
        f"{whole // _HOUR:02}:{whole % _HOUR // _MINUTE:02}:{whole % _MINUTE:02}.{thousandths:03}"
    )
