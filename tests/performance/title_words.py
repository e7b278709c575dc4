"""Words of the field, which benchmarks recombine into the titles of standards that do not exist."""

FIELDS = """
信息技术 医疗器械 电动汽车 食品安全 建筑用 纺织品 机械安全 环境管理 道路车辆 船舶与海上技术 农业机械
工业自动化系统 核电厂 石油天然气工业 家用和类似用途电器 消费品 玩具 塑料 橡胶 钢铁 铝及铝合金 水泥 玻璃 陶瓷
木材 纸和纸板 皮革 化妆品 肥料 农药 饲料 水产品 肉及肉制品 茶叶 粮油检验 包装 铁路应用 民用航空 电力系统
变压器 电线电缆 锂离子电池 光伏组件 风力发电机组 半导体器件 集成电路 光纤通信 物联网 云计算 人工智能 大数据
信息安全技术 网络安全 地理信息 水质 空气质量 土壤质量 职业健康 个体防护装备 消防 公共信息 标准化工作
技术性贸易措施 合格评定 质量管理 能源管理 知识产权 电子商务
"""
SUBJECTS = """
高压开关 传感器 控制器 阀门 泵 压缩机 轴承 齿轮 紧固件 焊接接头 涂层 粘合剂 复合材料 纤维 薄膜 管材 板材
铸件 锻件 粉末 溶液 气体 残留物 重金属 甲醛 铅 镉 汞 微生物 过敏原 添加剂 营养成分 水分 蛋白质 接口
协议 数据元 元数据 编码 标识 传输 存储 平台 网关 终端 芯片 软件 数据库 照明 显示屏 天线 滤波器 电容器
电阻器 连接器 继电器 断路器 熔断器 插头插座 灯具 空调器 电冰箱 热水器 充电桩 牵引电机 制动系统 安全带 座椅
轮胎 排放 噪声 振动 冲击 温度 湿度 盐雾 电磁兼容 静电 辐射 激光 超声
"""
KINDS = """
术语 通用要求 技术要求 试验方法 检验规则 测定方法 测量方法 分类与代码 安全要求 性能要求 设计规范 验收规范
使用导则 评价指南 管理体系要求 实施指南 抽样方法 技术条件 通则 规范 规程 图形符号 数据格式 互操作性
一致性测试 风险评估 可靠性 环境试验 能效限定值及能效等级 限量 应用指南 术语和定义 参考架构 检测技术 标准物质
"""
PARTS = """
原子吸收光谱法 高效液相色谱法 气相色谱-质谱法 第1部分：总则 第2部分：特殊要求 第3部分：试验 导则 基本原则
快速检测
"""
FIELDS_EN = """
Information technology | Medical devices | Electric vehicles | Food safety | Textiles | Safety of machinery |
Road vehicles | Toys | Environmental management | Ships and marine technology | Space systems |
Agricultural machinery | Nuclear power plants | Rubber | Petroleum and natural gas industries |
Household and similar electrical appliances | Plastics | Steel | Cement | Glass | Leather | Paper and board |
Cosmetics | Fertilizers | Packaging | Railway applications | Power transformers | Electric cables | Wind turbines |
Semiconductor devices | Optical fibres | Internet of things | Cloud computing | Artificial intelligence |
Water quality | Air quality | Soil quality | Occupational health | Fire protection | Technical measures to trade |
Conformity assessment
"""
SUBJECTS_EN = """
switchgear | sensors | controllers | valves | pumps | bearings | gears | fasteners | welded joints | coatings |
adhesives | fibres | films | pipes | castings | powders | residues | heavy metals | formaldehyde | lead | cadmium |
microorganisms | allergens | additives | moisture | proteins | interfaces | protocols | data elements | metadata |
identification | transmission | storage | gateways | software | databases | lighting | antennas | filters |
capacitors | connectors | relays | fuses | luminaires | air conditioners | brakes | seat belts | tyres | noise |
vibration
"""
KINDS_EN = """
Vocabulary | General requirements | Technical requirements | Test methods | Inspection rules |
Determination methods | Sampling | Classification and codes | Safety requirements | Performance requirements |
Specification | Guidelines | Management systems | Terms and definitions | Reference architecture | Interoperability |
Risk assessment | Reliability | Limits | Data format
"""
