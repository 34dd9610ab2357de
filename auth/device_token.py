"""A device that asks, again and again, whether somebody let it in (RFC 8628 section 3.4)."""

import hashlib
from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError  # type: ignore[import-untyped]
from authlib.oauth2.rfc8628 import DeviceCodeGrant  # type: ignore[import-untyped]
from sqlalchemy import func, select
from sqlalchemy.util.concurrency import await_

from auth.issuing import Permission
from auth.protocol import ProofNeeded
from auth.token_grants import Issuing
from db.grant import DeviceRequest

SLOWER = 5
"""Seconds that a device which asks too often has to wait longer from then on (section 3.5)."""


class _Device:
    """A device's request, as Authlib asks after it."""

    def __init__(self, row: DeviceRequest, key: str, now: Any) -> None:
        self.row = row
        self.key = key
        self.now = now
        self.permission: Permission | None = None

    def is_expired(self) -> bool:
        return bool(self.row.expires_at <= self.now)

    def get_client_id(self) -> str:
        return self.key

    def get_user_code(self) -> str:
        return self.row.user_code

    def get_scope(self) -> str:
        return " ".join(self.permission.grant.scopes) if self.permission else ""


class DeviceCode(Issuing, DeviceCodeGrant):  # type: ignore[misc]
    """RFC 8628 section 3.4: a device asks whether it was let in."""

    _device: _Device

    def query_device_credential(self, device_code: str) -> _Device:
        self._device = await_(self._looked_up(device_code))
        return self._device

    async def _looked_up(self, device_code: str) -> _Device:
        tx, request = self.request.tx, self.request
        query = (
            select(DeviceRequest, func.now())
            .where(DeviceRequest.hash == hashlib.sha256(device_code.encode()).digest())
            .with_for_update(of=DeviceRequest)
        )
        found = (await tx.execute(query)).one_or_none()
        if found is None or found[0].client_id != request.known.id:
            raise InvalidGrantError("Invalid 'device_code' in request.")
        row, now = found
        if row.used_at is not None:
            await self.came_twice(row.grant_id)
        if row.jkt is not None and request.jkt is None:
            raise ProofNeeded
        if row.jkt not in (None, request.jkt):
            raise InvalidGrantError("The device code was asked for with another key.")
        return _Device(row, request.known.key, now)

    def query_user_grant(self, user_code: str) -> tuple[Permission | None, bool] | None:
        return await_(self._answered())

    async def _answered(self) -> tuple[Permission | None, bool] | None:
        row = self._device.row
        if row.status == "PENDING":
            return None
        if row.status == "DENIED":
            return None, False
        permission = await self.permission(await self.standing(row.grant_id))
        row.used_at = self._device.now
        self._device.permission = permission
        return permission, True

    def should_slow_down(self, credential: _Device) -> bool:
        """Whether it asks sooner than it was told to; a second is for the way here."""
        row, now = credential.row, credential.now
        pause = timedelta(seconds=max(0, row.interval_seconds - 1))
        hasty = row.polled_at is not None and now < row.polled_at + pause
        row.polled_at = now
        if hasty:
            row.interval_seconds += SLOWER
        return hasty
