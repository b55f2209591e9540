"""Logging in: by code and two-step password, by QR code, as a bot; and out."""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from telethon.tl import functions, types

from tests.telegram_server import tl
from tests.telegram_server.desk import Caller, Desk, Handler, RpcFailure
from tests.telegram_server.password import PasswordCheck
from tests.telegram_server.world import Account

TOKEN_LIFE = timedelta(seconds=30)


def _config(desk: Desk, _request: Any, _caller: Caller) -> Any:
    return tl.config(desk.host, desk.port)


def _send_code(desk: Desk, request: Any, caller: Caller) -> Any:
    _by_phone(desk, request.phone_number)
    caller.phone = request.phone_number
    return types.auth.SentCode(type=types.auth.SentCodeTypeApp(length=5), phone_code_hash="loopback")


def _by_phone(desk: Desk, phone: str) -> Account:
    digits = phone.lstrip("+")
    found = next((one for one in desk.world.accounts.values() if one.phone and one.phone == digits), None)
    if found is None:
        raise RpcFailure(400, "PHONE_NUMBER_INVALID")
    return found


def _sign_in(desk: Desk, request: Any, caller: Caller) -> Any:
    account = _by_phone(desk, request.phone_number)
    if request.phone_code != account.code:
        raise RpcFailure(400, "PHONE_CODE_INVALID")
    return _log_in(account, caller)


def _log_in(account: Account, caller: Caller) -> Any:
    if account.password is not None and not caller.has_proved_password:
        caller.phone = account.phone
        raise RpcFailure(401, "SESSION_PASSWORD_NEEDED")
    caller.log_in(account)
    return types.auth.Authorization(user=tl.user(account, viewer=account))


def _get_password(desk: Desk, _request: Any, caller: Caller) -> Any:
    account = _by_phone(desk, caller.phone or "")
    desk.password = PasswordCheck(account.password or "")
    return desk.password.challenge()


def _check_password(desk: Desk, request: Any, caller: Caller) -> Any:
    if desk.password is None or not desk.password.is_right(request.password):
        raise RpcFailure(400, "PASSWORD_HASH_INVALID")
    caller.has_proved_password = True
    return _log_in(_by_phone(desk, caller.phone or ""), caller)


def _export_token(desk: Desk, _request: Any, caller: Caller) -> Any:
    scanned = desk.scanned_tokens.get(caller.login_token or b"")
    if scanned is not None:
        return types.auth.LoginTokenSuccess(_log_in(scanned, caller))
    caller.login_token = os.urandom(16)
    return types.auth.LoginToken(expires=desk.world.now() + TOKEN_LIFE, token=caller.login_token)


def _bot_sign_in(desk: Desk, request: Any, caller: Caller) -> Any:
    token = request.bot_auth_token
    account = next((one for one in desk.world.accounts.values() if one.is_bot and one.bot_token == token), None)
    if account is None:
        raise RpcFailure(400, "ACCESS_TOKEN_INVALID")
    return _log_in(account, caller)


def _log_out(_desk: Desk, _request: Any, caller: Caller) -> Any:
    caller.log_out()
    return types.auth.LoggedOut()


def _yes(_desk: Desk, _request: Any, _caller: Caller) -> Any:
    return True


OPEN: Mapping[type, Handler] = {  # to those who are not logged in
    functions.help.GetConfigRequest: _config,
    functions.auth.SendCodeRequest: _send_code,
    functions.auth.ResendCodeRequest: _send_code,
    functions.auth.SignInRequest: _sign_in,
    functions.auth.CheckPasswordRequest: _check_password,
    functions.auth.ExportLoginTokenRequest: _export_token,
    functions.auth.ImportBotAuthorizationRequest: _bot_sign_in,
    functions.account.GetPasswordRequest: _get_password,
}
HANDLERS: Mapping[type, Handler] = {
    functions.auth.LogOutRequest: _log_out,
    functions.account.UpdateStatusRequest: _yes,
}
