"""Words of Mandarin that the dictionary lacks, or whose characters it reads otherwise.

Readings are those of 现代汉语词典; 5 is a neutral tone. A word here is also cut as one.
"""

from __future__ import annotations

_COMMON = """
长一智 zhang3 yi2 zhi4, 投行 tou2 hang2, 支行 zhi1 hang2, 总行 zong3 hang2, 琴行 qin2 hang2
行当 hang2 dang5, 跨行 kua4 hang2, 道行 dao4 heng5, 着边 zhao2 bian1
穿着打扮 chuan1 zhuo2 da3 ban4, 得以 de2 yi3, 夺得 duo2 de2, 求得 qiu2 de2, 换得 huan4 de2
巴不得 ba1 bu5 de5, 恨不得 hen4 bu5 de5, 怪不得 guai4 bu5 de5, 舍不得 she3 bu5 de5
由不得 you2 bu5 de5, 了不得 liao3 bu5 de5, 不得了 bu4 de2 liao3, 好面子 hao4 mian4 zi5
偏好 pian1 hao4, 数落 shu3 luo5, 历数 li4 shu3, 打量 da3 liang5, 思量 si1 liang5
掂量 dian1 liang5, 量身定做 liang2 shen1 ding4 zuo4, 相片 xiang4 pian4, 应声 ying4 sheng1
应酬 ying4 chou5, 应诉 ying4 su4, 当日 dang4 ri4, 朝阳群众 chao2 yang2 qun2 zhong4
朝花夕拾 zhao1 hua1 xi1 shi2, 弹珠 dan4 zhu1, 动弹 dong4 tan5, 肉弹 rou4 dan4, 倒腾 dao3 teng5
倒序 dao4 xu4, 倒是 dao4 shi4, 微调 wei1 tiao2, 染发 ran3 fa4, 假发 jia3 fa4, 辈分 bei4 fen4
缘分 yuan2 fen4, 情分 qing2 fen4, 糖分 tang2 fen4, 果干 guo3 gan1, 冠以 guan4 yi3, 口角 kou3 jue2
宫商角徵羽 gong1 shang1 jue2 zhi3 yu3, 亏空 kui1 kong5, 空当 kong4 dang1, 落下风 luo4 xia4 feng1
落下病根 lao4 xia4 bing4 gen1, 铺盖 pu1 gai5, 商铺 shang1 pu4, 密切 mi4 qie4, 编曲 bian1 qu3
散打 san3 da3, 散发 san4 fa1, 整宿 zheng3 xiu3, 提防 di1 fang5, 挑剔 tiao1 ti5, 发帖 fa1 tie3
跟帖 gen1 tie3, 回帖 hui2 tie3, 解铃还须系铃人 jie3 ling2 hai2 xu1 ji4 ling2 ren2, 吓唬 xia4 hu5
鲜少 xian3 shao3, 饮马 yin4 ma3, 晕机 yun4 ji1, 晕血 yun4 xue4, 眩晕 xuan4 yun4
扎辫子 za1 bian4 zi5, 接种 jie1 zhong4, 转动 zhuan4 dong4, 转悠 zhuan4 you5
连轴转 lian2 zhou2 zhuan4, 差使 chai1 shi5, 温差 wen1 cha1, 时差 shi2 cha1, 用处 yong4 chu4
难处 nan2 chu4, 混蛋 hun2 dan4, 混球 hun2 qiu2, 混水摸鱼 hun2 shui3 mo1 yu2
果实累累 guo3 shi2 lei2 lei2, 硕果累累 shuo4 guo3 lei2 lei2, 伤痕累累 shang1 hen2 lei2 lei2
累赘 lei2 zhui5, 连累 lian2 lei5, 圈养 juan4 yang3, 猪圈 zhu1 juan4
低声悄语 di1 sheng1 qiao3 yu3, 葚子 shen4 zi5, 家什 jia1 shi5, 马尾 ma3 wei3, 旋风 xuan4 feng1
压根 ya4 gen1, 相属 xiang1 zhu3, 阏氏 yan1 zhi1, 宓妃 fu2 fei1, 还珠格格 huan2 zhu1 ge2 ge5
还款 huan2 kuan3, 重装 chong2 zhuang1, 重置 chong2 zhi4, 重塑 chong2 su4, 重振 chong2 zhen4
重名 chong2 ming2, 重整 chong2 zheng3, 重拾 chong2 shi2, 重开 chong2 kai1, 见长 jian4 chang2
秘书长 mi4 shu1 zhang3, 理事长 li3 shi4 zhang3, 检察长 jian3 cha2 zhang3, 教务长 jiao4 wu4 zhang3
监狱长 jian1 yu4 zhang3, 少爷 shao4 ye5, 少不了 shao3 bu5 liao3, 一晃 yi2 huang4
晃悠 huang4 you5, 薄荷 bo4 he5, 伺候 ci4 hou5, 答理 da1 li5, 逮老鼠 dei3 lao3 shu3
扁担 bian3 dan5, 提溜 di1 liu5, 果脯 guo3 fu3, 骨朵 gu1 duo5, 骨碌 gu1 lu5
秦桧 qin2 hui4, 豁出去 huo1 chu5 qu5, 脊梁 ji3 liang5, 东渐 dong1 jian1
西学东渐 xi1 xue2 dong1 jian1, 搂草 lou1 cao3, 埋怨 man2 yuan4, 疟疾 nve4 ji5
发疟子 fa1 yao4 zi5, 炮仗 pao4 zhang5, 说客 shui4 ke4, 踏实 ta1 shi5, 体己 ti1 ji5, 驮子 duo4 zi5
圩子 wei2 zi5, 琢磨 zuo2 mo5, 吐血 tu4 xie3, 咯血 ka3 xie3, 献血 xian4 xue4, 流血 liu2 xue4
长处 chang2 chu4, 短处 duan3 chu4, 益处 yi4 chu4, 苦处 ku3 chu4, 巴掌 ba1 zhang5
士大夫 shi4 da4 fu1, 参差 cen1 ci1, 参差不齐 cen1 ci1 bu4 qi2, 身份证 shen1 fen4 zheng4
不一而足 bu4 yi1 er2 zu2, 白发 bai2 fa4, 大夫 dai4 fu5, 色子 shai3 zi5, 校对 jiao4 dui4
唱片儿 chang4 pian1 er2, 闷热 men1 re4, 银行卡 yin2 hang2 ka3, 单于 chan2 yu2
结了果 jie1 le5 guo3, 好学好问 hao4 xue2 hao4 wen4
宁死 ning4 si3, 夹克 jia1 ke4, 华为 hua2 wei2, 漂漂亮亮 piao4 piao5 liang4 liang4
重装备 zhong4 zhuang1 bei4, 重装甲 zhong4 zhuang1 jia3
"""

_CHILDREN_AND_MASTERS = """
知识分子 zhi1 shi5 fen4 zi3, 恐怖分子 kong3 bu4 fen4 zi3, 瓜子 gua1 zi3, 棋子 qi2 zi3
原子 yuan2 zi3, 分子 fen1 zi3, 电子 dian4 zi3, 孔子 kong3 zi3, 老子 lao3 zi3, 孟子 meng4 zi3
庄子 zhuang1 zi3, 墨子 mo4 zi3, 荀子 xun2 zi3, 孙子兵法 sun1 zi3 bing1 fa3, 太子 tai4 zi3
天子 tian1 zi3, 男子 nan2 zi3, 才子 cai2 zi3, 公子 gong1 zi3, 母子 mu3 zi3, 因子 yin1 zi3
粒子 li4 zi3, 离子 li2 zi3, 质子 zhi4 zi3, 中子 zhong1 zi3, 光子 guang1 zi3, 鱼子 yu2 zi3
莲子 lian2 zi3, 松子 song1 zi3, 赤子 chi4 zi3, 游子 you2 zi3, 浪子 lang4 zi3, 孝子 xiao4 zi3
逆子 ni4 zi3, 曾子 zeng1 zi3, 燕太子丹 yan1 tai4 zi3 dan1
"""
"""子 with a tone of its own, as in 男子, 孔子, 电子; it has none in 桌子."""

_PLACES = """
乐陵 lao4 ling2, 洪洞 hong2 tong2, 单县 shan4 xian4, 涡阳 guo1 yang2, 六合区 lu4 he2 qu1
天台山 tian1 tai1 shan1, 天台县 tian1 tai1 xian4, 筠连 jun1 lian2, 阆中 lang4 zhong1
华阴 hua4 yin1, 华县 hua4 xian4, 大宛 da4 yuan1, 大栅栏 da4 shi1 lan4, 会稽 kuai4 ji1
什刹海 shi2 cha4 hai3, 浚县 xun4 xian4, 那曲 na4 qu3, 任县 ren2 xian4, 朝鲜 chao2 xian3
燕国 yan1 guo2, 柏林 bo2 lin2, 蒙古 meng3 gu3
"""

_PEOPLE = """
曾国藩 zeng1 guo2 fan1, 曾国荃 zeng1 guo2 quan2, 曾巩 zeng1 gong3, 曾侯乙 zeng1 hou2 yi3
曾志伟 zeng1 zhi4 wei3, 曾荫权 zeng1 yin4 quan2, 任正非 ren2 zheng4 fei1, 任弼时 ren2 bi4 shi2
任贤齐 ren2 xian2 qi2, 任达华 ren2 da2 hua2, 任伯年 ren2 bo2 nian2, 任我行 ren2 wo3 xing2
任盈盈 ren2 ying2 ying2, 华罗庚 hua4 luo2 geng1, 华国锋 hua4 guo2 feng1, 华雄 hua4 xiong2
仇英 qiu2 ying1, 查良镛 zha1 liang2 yong1, 查慎行 zha1 shen4 xing2, 单田芳 shan4 tian2 fang1
单雄信 shan4 xiong2 xin4, 单霁翔 shan4 ji4 xiang2, 解缙 xie4 jin4, 解晓东 xie4 xiao3 dong1
乐嘉 yue4 jia1, 乐羊子 yue4 yang2 zi3, 盖聂 ge3 nie4, 区寄 ou1 ji4, 朴槿惠 piao2 jin3 hui4
朴树 piao2 shu4, 燕青 yan1 qing1, 宁浩 ning4 hao4
"""

_VERSES = """
芳甸 fang1 dian4, 风吹草低见牛羊 feng1 chui1 cao3 di1 xian4 niu2 yang2, 不亦说乎 bu2 yi4 yue4 hu1
一行白鹭 yi4 hang2 bai2 lu4, 飞将在 fei1 jiang4 zai4, 忽见 hu1 xian4
强乐还无味 qiang3 le4 huan2 wu2 wei4, 还酹江月 huan2 lei4 jiang1 yue4
乍暖还寒 zha4 nuan3 huan2 han2, 欲说还休 yu4 shuo1 huan2 xiu1, 理还乱 li3 huan2 luan4
羽扇纶巾 yu3 shan4 guan1 jin1, 初嫁了 chu1 jia4 liao3, 燕然 yan1 ran2
还来就菊花 huan2 lai2 jiu4 ju2 hua1, 朝辞白帝 zhao1 ci2 bai2 di4, 朝如青丝 zhao1 ru2 qing1 si1
为异客 wei2 yi4 ke4, 朝朝暮暮 zhao1 zhao1 mu4 mu4, 还看今朝 hai2 kan4 jin1 zhao1
吾十有五 wu2 shi2 you4 wu3, 鬓毛衰 bin4 mao2 cui1, 都护府 du1 hu4 fu3, 都护在 du1 hu4 zai4
芳甸 fang1 dian4
"""
"""Of poems and classics that every schoolchild learns."""


def _entries(block: str) -> dict[str, str]:
    entries = (entry.split(maxsplit=1) for entry in block.replace("\n", ",").split(","))
    return {entry[0]: entry[1] for entry in entries if entry}


WORDS: dict[str, str] = {
    word: reading
    for block in (_COMMON, _CHILDREN_AND_MASTERS, _PLACES, _PEOPLE, _VERSES)
    for word, reading in _entries(block).items()
}
"""Pinyin with tone digits, a syllable a character."""
