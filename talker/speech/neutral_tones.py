"""Words of Mandarin whose last syllable is spoken without a tone of its own."""

from __future__ import annotations

import re

_LIST = """
爸爸 妈妈 爷爷 奶奶 哥哥 姐姐 弟弟 妹妹 叔叔 伯伯 舅舅 姑姑 公公 婆婆 太太 姥姥 宝宝 娃娃
星星 猩猩 谢谢 东西 喜欢 先生 朋友 葡萄 告诉 知道 意思 事情 时候 什么 怎么 这么 那么 多么
明白 清楚 漂亮 舒服 便宜 麻烦 热闹 聪明 困难 暖和 凉快 干净 厉害 客气 老实 糊涂 痛快 马虎
衣服 眼睛 耳朵 鼻子 头发 嘴巴 脑袋 胳膊 指甲 骨头 屁股 身份 力气 脾气 精神 心思 毛病 动静
地方 窗户 玻璃 屋子 房子 椅子 桌子 杯子 盘子 筷子 勺子 瓶子 盒子 箱子 袋子 帽子 鞋子 裤子
孩子 儿子 妻子 嫂子 侄子 孙子 兔子 猴子 狮子 鸽子 蚊子 虫子 狐狸 骆驼 蛤蟆 牲口 苍蝇 蘑菇
萝卜 豆腐 馒头 包子 饺子 粽子 橘子 李子 柿子 栗子 石榴 核桃 芝麻 烧饼 点心 月亮 石头
木头 砖头 舌头 指头 拳头 枕头 罐头 念头 前头 后头 里头 外头 上头 下头 丫头 跟头 锄头 码头
我们 你们 他们 她们 它们 咱们 人们 大夫 师傅 徒弟 学生 和尚 裁缝 木匠 丈夫 丈人 媳妇 亲戚
亲家 老婆 老爷 闺女 姑娘 小伙子 伙计 掌柜 财主 皇上 娘家 婆家 护士 消息 故事 笑话 名字 队伍
买卖 生意 行李 钥匙 扇子 扫帚 簸箕 灯笼 风筝 胭脂 戒指 首饰 别扭 折腾 打听 打扮 打算 商量
收拾 休息 认识 认得 记得 觉得 懂得 值得 晓得 舍得 显得 使得 招呼 吆喝 吩咐 答应 应付 对付
帮忙 琢磨 耽误 耽搁 糟蹋 凑合 将就 溜达 哆嗦 嘟囔 念叨 唠叨 称呼 佩服 委屈 冤枉 抱怨 埋怨
稀罕 结实 扎实 踏实 利落 利索 麻利 勤快 活泼 大方 体面 规矩 本事 能耐 学问 见识
胡琴 膏药 玫瑰 牡丹 芍药 棉花 庄稼 粮食 高粱 甘蔗 云彩 窟窿 疙瘩 帐篷 篱笆 胡同 街坊 早上
晚上 比方 部分 差事 关系 功夫 工夫 交情 运气 福气 口袋 被子 毯子 镜子 梯子 绳子 钉子 锤子
咳嗽 胡子 辫子 肚子 嗓子 脖子 影子 样子 日子 法子 句子 本子 曲子 面子 里子 架子 亭子 院子 园子
"""

_WORDS = frozenset(_LIST.split())
"""Of common use; most are in the neutral-tone list of the national oral test (普通话水平测试)."""

_NOT_NEUTRAL_BEFORE = {
    "东西": frozenset("方部向南北两侧"),
    "身份": frozenset("证"),
    "地方": frozenset("政志性官台税债法戏各"),
    "精神": frozenset("文病科疾压损财境支食面世生"),
    "大方": frozenset("向面程位针"),
}
_NOT_NEUTRAL_AFTER = {"大夫": "士", "学生": "大"}

_PLACE = re.compile(
    "(?:子|儿|[家屋房室院村城乡市店厂校园山林田地河湖江水池井洞天夜心怀手眼嘴口脑肚梦话书诗歌信报剧戏画镜图"
    "箱柜袋包盒锅碗盘杯瓶桶车船厅堂馆楼巷街路沟谷雪雨风雾云火泪世国界场队班组群圈会坊窝袖库网区县省镇"
    "缸炉庙寺宫狱咙舍传被海])(?P<inside>里)(?![面程头边外约昂斯克亚拉长])"
    "|(?:子|儿|[桌树山坡路车床墙街身脸背头天河湖江海纸书报会议场界史船地几])(?P<on>上)"
    "(?![学班课车楼网去来市升下台任述级涨了岸过帝海])"
)
"""里 and 上 that tell where, after nouns; both have a tone in 里面, 三海里, 上车 and 上去."""

_NUMBER_BEFORE = re.compile("[一二三四五六七八九十百千万两几]海$")

_LONGEST = max(map(len, _WORDS))


def neutral_at(text: str) -> list[int]:
    """Indices of the characters of a text that lose their tone.

    Args:
        text: Han characters without marks.
    """
    found: list[int] = []
    index = 0
    while index < len(text):
        for size in range(min(_LONGEST, len(text) - index), 1, -1):
            if _is_neutral_word(text, index, size):
                found.append(index + size - 1)
                index += size - 1
                break
        index += 1
    for place in _PLACE.finditer(text):
        if not _NUMBER_BEFORE.search(text[: place.end() - 1]):
            found.append(place.end() - 1)
    return found


def _is_neutral_word(text: str, index: int, size: int) -> bool:
    word = text[index : index + size]
    before, after = text[index - 1 : index], text[index + size : index + size + 1]
    is_doubled = before == word[0] and after == word[-1]  # 漂漂亮亮
    return (
        word in _WORDS
        and after not in _NOT_NEUTRAL_BEFORE.get(word, frozenset())
        and not (before and before == _NOT_NEUTRAL_AFTER.get(word))
        and not is_doubled
    )
