"""A small client of the published business API, as integrations write them. Only the host is a parameter."""

import json
import os
import sys
import urllib.error
import urllib.request


class BusinessApi:
    def __init__(self, host, partner_token):
        self.base = host + "/api/v1"
        self.partner_token = partner_token
        self.user_token = None

    def request(self, method, path, body=None):
        authorization = "Bearer " + self.partner_token
        if self.user_token:
            authorization += ", User " + self.user_token
        headers = {
            "Accept": "application/vnd.api.v2+json",
            "Authorization": authorization,
            "Content-Type": "application/json",
        }
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request) as response:
            text = response.read()
            return json.loads(text) if text else None

    def sign_in(self, login, password):
        self.user_token = self.request("POST", "/auth", {"login": login, "password": password})["data"]["user_token"]


def main():
    api = BusinessApi(os.environ["API_HOST"], os.environ["PARTNER_TOKEN"])
    api.sign_in(os.environ["API_LOGIN"], os.environ["API_PASSWORD"])
    location = api.request("GET", "/companies?my=1")["data"][0]["id"]

    client = api.request("POST", f"/clients/{location}", {"name": "Zoë", "phone": 13155550179, "email": "zoe@example.com"})["data"]
    assert client["phone"] == 13155550179, client
    found = api.request("POST", f"/company/{location}/clients/search", {
        "page": 1, "page_size": 25, "fields": ["id", "name"], "order_by": "id", "order_by_direction": "desc", "operation": "AND",
        "filters": [{"type": "quick_search", "state": {"value": "zoe"}}],
    })
    assert found["data"] == [{"id": client["id"], "name": "Zoë"}], found
    assert found["meta"]["total_count"] == 1, found

    comments = f"/clients/{location}/clients/{client['id']}/comments"
    comment = api.request("POST", comments, {"text": "Prefers mornings"})["data"]
    assert api.request("GET", comments)["meta"]["count"] == 1
    api.request("DELETE", f"{comments}/{comment['id']}")
    assert api.request("GET", comments)["data"] == []

    api.request("DELETE", f"/client/{location}/{client['id']}")
    try:
        api.request("GET", f"/client/{location}/{client['id']}")
    except urllib.error.HTTPError as error:
        assert error.code == 404, error.code
        assert json.loads(error.read())["success"] is False
    else:
        sys.exit("the client is still there")
    print("done")


if __name__ == "__main__":
    main()
