"""The key that a person signs their decisions with, in Chinese."""

TEXT: dict[str, str] = {
    "person-key.readying": "签名密钥：准备中…",
    "person-key.certified": "✓ 您的签名已获认证",
    "person-key.waiting": "▲ 您的密钥 {key} 待认证",
    "person-key.unusable": "▲ 您的密钥在本机不可用",
    "person-key.name": "您的签名",
    "person-key.hint": "每项决定均以您本人的密钥 {key} 签名；没有它，任何闸口都不会放行",
    "error.key-waits": "您的密钥尚未获认证，放行不会被闸口执行",
    "remedy.key-waits": "请认证机构保管人认证下方所示密钥；您仍可布控或上报",
    "error.key-unusable": "本工作站无法读取您的密钥，不能签名",
    "remedy.key-unusable": "请清理磁盘空间后重新登录；其间仍可布控或上报",
    "error.uncertified": "您的密钥在本中心没有证书",
    "remedy.uncertified": "请重新登录，并请认证机构保管人为您认证",
    "error.certificate-not-in-force": "您的证书不在有效期内",
    "remedy.certificate-not-in-force": "请重新登录，系统会申请新证书",
    "error.other-statement": "签名内容与本决定不符",
    "remedy.other-statement": "请重新决定",
}
