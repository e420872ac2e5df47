"""Reads the dates of the main calls as Python 3.10 does, which knows no offset without a colon. Prints those with an offset."""

import datetime
import os
import re

from business_api import BusinessApi

# What datetime.fromisoformat of Python 3.10 takes; later ones take more.
PYTHON_3_10 = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{3}(\d{3})?)?)?([+-]\d\d:\d\d(:\d\d(\.\d+)?)?)?)?")


def read(text):
    assert PYTHON_3_10.fullmatch(text), f"Python 3.10 cannot read {text}"
    return datetime.datetime.fromisoformat(text)


def dates_of(value, names):
    """The texts under these names, at any depth."""
    if isinstance(value, list):
        return [date for item in value for date in dates_of(item, names)]
    if not isinstance(value, dict):
        return []
    own = [text for name, text in value.items() if name in names and isinstance(text, str) and text]
    return own + [date for part in value.values() for date in dates_of(part, names)]


def main():
    widget = BusinessApi(os.environ["API_HOST"], os.environ["PARTNER_TOKEN"])
    api = BusinessApi(os.environ["API_HOST"], os.environ["PARTNER_TOKEN"])
    api.sign_in(os.environ["API_LOGIN"], os.environ["API_PASSWORD"])
    location = api.request("GET", "/companies?my=1")["data"][0]["id"]

    member = api.request("POST", f"/staff/{location}", {"name": "Basil", "has_access_timetable": True})["data"]["id"]
    category = api.request("POST", f"/service_categories/{location}", {"title": "Hair"})["data"]["id"]
    service = api.request("POST", f"/services/{location}", {
        "title": "Haircut", "category_id": category, "price_min": 30, "price_max": 30, "staff": [{"id": member, "seance_length": 3600}],
    })["data"]["id"]
    days = ["2030-05-06", "2030-05-07"]
    api.request("PUT", f"/company/{location}/staff/schedule", {
        "schedules_to_set": [{"team_member_id": member, "dates": days, "slots": [{"from": "09:00", "to": "18:00"}]}],
        "schedules_to_delete": [],
    })

    phone = "+13155550123"
    made = api.request("POST", f"/records/{location}", {
        "staff_id": member, "services": [{"id": service}], "client": {"phone": phone, "name": "Ada"},
        "datetime": "2030-05-06T10:00:00", "seance_length": 3600,
    })["data"]
    appointment = made[0]
    event = api.request("POST", f"/activity/{location}", {
        "date": "2030-05-06 14:00", "service_id": service, "staff_id": member, "capacity": 3, "length": 3600, "force": False,
    })["data"]
    api.request("POST", f"/comments/{location}/{member}", {"mark": 5, "text": "Well done", "name": "Ada"})
    client = appointment["client"]["id"]
    api.request("POST", f"/clients/{location}/clients/{client}/comments", {"text": "Prefers mornings"})
    booked = widget.request("POST", f"/book_record/{location}", {
        "phone": phone, "fullname": "Ada", "email": "ada@example.com",
        "appointments": [{"id": 1, "staff_id": member, "services": [service], "datetime": "2030-05-07T10:00:00"}],
    })["data"][0]
    own = f"{booked['record_id']}/{booked['record_hash']}"

    starts = ("date", "datetime")
    answers = [
        (made, starts),
        (api.request("GET", f"/records/{location}")["data"], starts),
        (api.request("GET", f"/record/{location}/{appointment['id']}")["data"], starts),
        (api.request("GET", f"/visits/{appointment['visit_id']}")["data"], (*starts, "create_date", "last_change_date")),
        (event, starts),
        (api.request("GET", f"/activity/{location}/{event['id']}")["data"], starts),
        (api.request("GET", f"/activity/{location}/search?from=2030-05-01&till=2030-05-31")["data"], starts),
        (api.request("GET", f"/comments/{location}")["data"], starts),
        (api.request("GET", f"/clients/{location}/clients/{client}/comments")["data"], ("create_date", "update_date")),
        (widget.request("GET", f"/book_times/{location}/{member}/2030-05-07")["data"], starts),
        (widget.request("GET", f"/book_staff_seances/{location}/{member}?datetime=2030-05-07")["data"], starts),
        (widget.request("GET", f"/book_record/{location}/{own}")["data"], (*starts, "create_date", "last_change_date")),
        (widget.request("GET", f"/user/records/{own}")["data"], ("date",)),
    ]
    for answer, names in answers:
        found = dates_of(answer, names)
        assert found, answer
        for text in found:
            assert read(text).tzinfo is not None, text
            print(text)


if __name__ == "__main__":
    main()
